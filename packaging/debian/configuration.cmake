# Writes the configuration of the package: cmake -DFROM= -DTO= -P
#
# The secret of the example is in every copy of it. Here a file is named instead,
# which postinst fills.
set(own_secret "secret_file = /etc/thunderpush/main.secret")
file(READ ${FROM} text)
string(REGEX REPLACE "\n# One section for each application[^\n]*(\n#[^\n]*)*" "
# One section for each application that may use the server. The secret of this
# one was made when the package was installed: it is in the file named below.
# Whoever knows it may send to every user." text "${text}")
string(REPLACE "\nsecret = secret\n" "\n#secret =\n" text "${text}")
string(REPLACE "\n#${own_secret}\n" "\n${own_secret}\n" text "${text}")
if(text MATCHES "\nsecret =" OR NOT text MATCHES "\n${own_secret}\n"
   OR NOT text MATCHES "made when the package was installed")
  message(FATAL_ERROR "${FROM}: [app.main] has another form than this script "
    "knows; the package must not have a secret that all copies share")
endif()
file(WRITE ${TO} "${text}")
