/**
 * The front door; nothing but wiring. {@link io.quoth.AutoTokenizer} and {@link
 * io.quoth.AutoModelForCausalLM} turn the name of a model, or its folder, into a tokenizer and a
 * model that writes; {@link io.quoth.Pipelines} does a task; {@link io.quoth.LoadOptions} says what
 * to run on. What they give is described in the rooms {@code tokenizers} and {@code generation}.
 */
package io.quoth;
