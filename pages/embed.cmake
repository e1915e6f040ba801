# Writes a source file with a function that returns the content of a file:
#   cmake -DINPUT=page.html -DOUTPUT=page.cpp -DFUNCTION=page -P embed.cmake
# -DNOTICE=FILE: what is to stand before it.
file(READ ${INPUT} content)
if(NOTICE)
  file(READ ${NOTICE} notice)
  string(PREPEND content "${notice}")
endif()
# A literal may hold 64 KiB (ISO C++, annex B): adjacent ones are joined.
string(LENGTH "${content}" length)
set(literals "")
set(offset 0)
while(offset LESS length)
  string(SUBSTRING "${content}" ${offset} 8000 part)
  string(APPEND literals "  R\"__page__(${part})__page__\"\n")
  math(EXPR offset "${offset} + 8000")
endwhile()
file(WRITE ${OUTPUT} "// Made from ${INPUT}: change that.
#include \"pages/pages.hpp\"

namespace thunderpush {

std::string_view ${FUNCTION}() noexcept {
  return
${literals}  ;
}

} // namespace thunderpush
")
