/**
 * The command line {@code weft}: parsing, the console, exit codes.
 *
 * <p>Here: the root command and what every command shares. Not here: anything a library user needs;
 * commands only read arguments, call the libraries and print. Start reading at {@link
 * dev.weft.cli.Weft}; {@link dev.weft.cli.Main} is the process round it. Nobody imports this
 * package.
 *
 * <p>A command is a class that extends {@link dev.weft.cli.Subcommand} and stands in the list of
 * {@link dev.weft.cli.Weft}; {@code --help}, {@code --threads}, {@code --debug}, exit codes and
 * error lines come with that. Standard output carries the answer alone; everything else goes to
 * standard error. {@code report.html} is {@link dev.weft.cli.Report}, written from {@link
 * dev.weft.cli.ReportData}.
 *
 * <p>Decisions. Dependencies are picocli, for parsing, help and shell completion, and Jackson, for
 * {@code --json}. The progress bar is our own: {@code me.tongfei:progressbar} brings JLine, and
 * knows no output but a terminal. Standard output is UTF-8 whatever the locale, because programs
 * read it. The JVM announces the incubating vector module on descriptor 2 before {@code main} runs,
 * and has no switch for it: the launcher gives the JVM a filter there and the true standard error
 * as descriptor 3, which {@code Main} takes over. Moving it back by {@code dup2} through
 * java.lang.foreign costs 120 to 220 ms at each start and lost; a filter over the whole standard
 * error would end after the process, and lost; a CDS or AOT archive of the module graph, which
 * would be silent, is refused by the JDK for incubating modules.
 */
@NullMarked
package dev.weft.cli;

import org.jspecify.annotations.NullMarked;
