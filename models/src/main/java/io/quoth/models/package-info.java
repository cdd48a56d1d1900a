/**
 * Configurations and families: ids to hidden states to logits. {@link io.quoth.models.CausalModel}
 * loads a folder and runs it; {@link io.quoth.models.Family} is what a family is, a file each,
 * registered in {@code Families}. Read {@code Llama} first, then {@code Gpt2} and {@code Phi}.
 * {@link io.quoth.models.ModelFacts} tells sizes from a configuration alone.
 */
package io.quoth.models;
