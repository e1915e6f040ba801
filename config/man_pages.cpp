#include "config/man_pages.hpp"

#include "config/named_section.hpp"
#include "config/option_table.hpp"
#include "config/roff.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace thunderpush {

namespace {

struct described {
  std::string_view what;
  std::string_view text;
};

constexpr std::array signals{
  described{"SIGTERM, SIGINT",
            "Ends the server in an orderly way: it is not ready any more, "
            "takes no new clients, and closes those it has spread over "
            "server.drain. A second one ends it at once."},
  described{"SIGHUP", "Reads the configuration again and takes over what can "
                      "change while the server runs. A configuration with a "
                      "mistake is reported and changes nothing."},
  described{"SIGUSR1",
            "Opens the log file again, for programs that rotate it."},
};

constexpr std::array files{
  described{"/etc/thunderpush/thunderpush.conf",
            "The configuration that the packaged service reads, see "
            "thunderpush.conf(5)."},
  described{"/etc/default/thunderpush",
            "Variables for the environment of the packaged service."},
};

constexpr std::array variables{
  described{"THUNDERPUSH_SECTION__KEY",
            "An option of thunderpush.conf(5): section and key in capitals, "
            "two underscores between them. Of an app: "
            "THUNDERPUSH_APP__NAME__KEY."},
  described{"LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES",
            "Sockets that systemd has opened already, see "
            "sd_listen_fds(3)."},
  described{"NOTIFY_SOCKET, WATCHDOG_USEC",
            "Where the server tells systemd that it is ready, reloads, stops "
            "or is alive, see sd_notify(3)."},
};

struct introduction {
  std::string_view section;
  std::string_view text;
};

constexpr std::array introductions{
  introduction{"server", "The public listener and the process."},
  introduction{"sockjs", "How SockJS clients connect."},
  introduction{"app", "One section for each application that may use the "
                      "server; NAME has letters, digits, underscores and "
                      "hyphens. At least one must be there."},
  introduction{"listener", "One section for each further address of clients "
                           "and application servers."},
  introduction{"secret", "One section for each further secret of an "
                         "application, with rights of its own."},
  introduction{"namespace", "One section for channels whose names begin "
                            "alike. Of several that fit, the longest prefix "
                            "counts."},
  introduction{"admin", "The endpoint for operators."},
  introduction{"limits", "What a client or an application server can run "
                         "into."},
  introduction{"log", "What is logged, and where to."},
};

std::string source_of(edition of) {
  return "Thunderpush " + std::string{of.version};
}

template <class Entries>
void append_list(roff_page& page, std::string_view title,
                 const Entries& entries) {
  page.heading(title);
  for (const auto& one : entries)
    page.entry(roff_page::bold(one.what), one.text);
}

std::string capitals(std::string_view text) {
  std::string result{text};
  std::transform(
    result.begin(), result.end(), result.begin(),
    [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

// The first paragraph of a help says what the program does.
std::string_view purpose(const program_help& help) {
  const auto found
    = std::find_if(help.sections.begin(), help.sections.end(),
                   [](const auto& one) { return one.title.empty(); });
  return found == help.sections.end() ? std::string_view{} : found->paragraph;
}

// As a line of apropos: no capital, no full stop.
std::string summary(const program_help& help) {
  std::string result{purpose(help)};
  result = result.substr(0, result.find(". "));
  if (result.ends_with('.'))
    result.pop_back();
  if (!result.empty()) {
    result[0]
      = static_cast<char>(std::tolower(static_cast<unsigned char>(result[0])));
  }
  return result;
}

void append_synopsis(roff_page& page, const program_help& help) {
  page.heading("SYNOPSIS");
  for (const auto& usage : help.usages) {
    if (&usage != &help.usages.front())
      page.line(".br");
    page.line(roff_page::bold(help.name));
    page.words(std::string_view{usage}.substr(help.name.size()));
  }
}

std::string marked_head(const help_entry& one) {
  if (one.flags.empty())
    return roff_page::bold(one.head);
  std::string result;
  for (const auto& flag : one.flags) {
    result += (result.empty() ? "" : ", ") + roff_page::bold(flag.name);
    if (!flag.argument.empty())
      result += ' ' + roff_page::italic(flag.argument);
  }
  return result;
}

// `exit status: 0 regular end; 1 start failed` has a heading of its own.
bool is_exit_status(const help_section& section) {
  return section.paragraph.starts_with("exit status: ");
}

std::string as_sentence(std::string text) {
  if (!text.empty() && !text.ends_with('.'))
    text += '.';
  if (!text.empty()) {
    text[0]
      = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  }
  return text;
}

void append_exit_status(roff_page& page, std::string_view text) {
  page.heading("EXIT STATUS");
  text.remove_prefix(text.find(": ") + 2);
  while (!text.empty()) {
    const auto end = std::min(text.find("; "), text.size());
    const auto one = text.substr(0, end);
    const auto gap = std::min(one.find(' '), one.size());
    page.entry(roff_page::bold(one.substr(0, gap)),
               as_sentence(std::string{one.substr(gap)}.substr(
                 gap < one.size() ? 1 : 0)));
    text.remove_prefix(std::min(end + 2, text.size()));
  }
}

bool is_example(const help_section& section) {
  return section.title == "example" || section.title == "examples";
}

void append_entries(roff_page& page, const help_section& section) {
  for (const auto& one : section.entries) {
    if (is_example(section)) {
      page.example(one.head);
    } else {
      page.entry(marked_head(one), as_sentence(one.text));
    }
  }
}

void append_list(roff_page& page, const help_section& section) {
  page.heading(capitals(section.title));
  append_entries(page, section);
}

// What a command's help repeats of the program's.
bool is_reference(const help_section& section) {
  return section.paragraph.find("--help") != std::string::npos;
}

void append_commands(roff_page& page, const program_help& help) {
  page.heading("COMMANDS");
  for (const auto& command : help.commands) {
    const auto& usage = command.usages.front();
    page.subheading(usage.substr(help.name.size() + 1));
    for (const auto& section : command.sections) {
      if (!section.title.empty()) {
        append_entries(page, section);
      } else if (!is_reference(section)) {
        page.paragraph(section.paragraph);
      }
    }
  }
}

roff_page begun_page(const program_help& help, edition of) {
  roff_page page{help.name, "1", of.date, source_of(of), summary(help)};
  append_synopsis(page, help);
  page.heading("DESCRIPTION");
  for (const auto& section : help.sections) {
    if (section.title.empty() && !is_exit_status(section))
      page.paragraph(section.paragraph);
  }
  for (const auto& section : help.sections) {
    if (section.title == "commands" && !help.commands.empty()) {
      append_commands(page, help);
    } else if (!section.title.empty()) {
      append_list(page, section);
    }
  }
  for (const auto& section : help.sections) {
    if (is_exit_status(section))
      append_exit_status(page, section.paragraph);
  }
  return page;
}

void append_see_also(roff_page& page, std::string_view marked) {
  page.heading("SEE ALSO");
  page.line(marked);
}

std::string variable_of(const option& one) {
  const auto name = section_kind_of(one.section) == nullptr ? "__" : "__NAME__";
  return "THUNDERPUSH_" + capitals(one.section) + name + capitals(one.key);
}

void append_option(roff_page& page, const option& one) {
  page.entry(roff_page::bold(one.key), one.help);
  page.continue_entry("Takes " + one.allowed + '.');
  if (one.default_text) {
    page.continue_entry(one.default_text->empty()
                          ? std::string{"Empty by default."}
                          : "Default: " + std::string{*one.default_text} + '.');
  }
  page.continue_entry("Environment: " + variable_of(one) + '.');
}

void begin_section(roff_page& page, std::string_view section) {
  page.subheading('[' + documented_section(section) + ']');
  const auto found = std::find_if(
    introductions.begin(), introductions.end(),
    [section](const introduction& one) { return one.section == section; });
  if (found != introductions.end())
    page.paragraph(found->text);
}

} // namespace

std::string daemon_page(const program_help& help, edition of) {
  auto page = begun_page(help, of);
  append_list(page, "SIGNALS", signals);
  append_list(page, "ENVIRONMENT", variables);
  append_list(page, "FILES", files);
  append_see_also(page, ".BR thunderpush.conf (5),\n.BR systemd.service (5)");
  return page.text();
}

std::string program_page(const program_help& help, edition of) {
  auto page = begun_page(help, of);
  append_see_also(page, ".BR thunderpush (1),\n.BR thunderpush.conf (5)");
  return page.text();
}

std::string configuration_page(edition of) {
  roff_page page{"thunderpush.conf", "5", of.date, source_of(of),
                 "configuration of the push server thunderpush"};
  page.heading("DESCRIPTION");
  page.paragraph(
    "A line is a [section], key = value, or a comment, which begins with # or "
    ";. Everything after the = is the value, # and ; included; double quotes "
    "around it keep blanks at its ends.");
  page.paragraph(
    "Durations are written 500ms, 25s, 2m or 1h; a plain number is seconds. "
    "Sizes are written 512B, 64KiB, 1MiB or 1GiB; a plain number is bytes. "
    "Switches are on or off.");
  page.paragraph(
    "Each option is also read from the environment and can be given on the "
    "command line, as --set section.key=value. The command line is stronger "
    "than the environment, and that is stronger than the file.");
  page.paragraph("These commands check a file and show what is in effect:");
  page.example("thunderpush --config FILE --check-config\n"
               "thunderpush --config FILE --print-config\n");
  page.heading("OPTIONS");
  std::string_view last;
  for (const auto& one : option_table()) {
    if (one.section != last)
      begin_section(page, one.section);
    last = one.section;
    append_option(page, one);
  }
  page.heading("EXAMPLES");
  page.paragraph("Two apps, one of which keeps its secret in another file:");
  page.example("[server]\n"
               "host = 127.0.0.1\n"
               "\n"
               "[app.shop]\n"
               "key = shop\n"
               "secret = a long random text\n"
               "\n"
               "[app.chat]\n"
               "key = chat\n"
               "secret_file = /etc/thunderpush/chat.secret\n");
  append_see_also(page, ".BR thunderpush (1)");
  return page.text();
}

} // namespace thunderpush
