/**
 * The command {@code quoth}. {@link io.quoth.cli.Quoth} parses, runs and reports; every other
 * command is one class named after it, thin over the library. {@link io.quoth.cli.Console} is all
 * that a command sees of the world, so that tests run it with streams of their own.
 *
 * <p>Results go to standard output, all else to standard error; colours and progress appear on a
 * terminal only. Exit codes: 0 done, 1 failed, 2 usage, 130 interrupted.
 */
package io.quoth.cli;
