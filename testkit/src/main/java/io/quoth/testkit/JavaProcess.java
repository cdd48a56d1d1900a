package io.quoth.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Java program in a process of its own, with the Java and the class path of the test. */
public final class JavaProcess {
  private JavaProcess() {}

  /**
   * The process, not yet started.
   *
   * @param options of the {@code java} command
   */
  public static ProcessBuilder of(List<String> options, Class<?> main, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }
}
