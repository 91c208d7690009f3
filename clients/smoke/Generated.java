package javax.annotation;

/** What the generated classes are marked with; Java itself has it no more. A build with Maven or Gradle brings its own. */
public @interface Generated {
    String[] value();

    String comments() default "";
}
