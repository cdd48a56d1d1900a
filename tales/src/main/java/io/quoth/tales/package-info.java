/**
 * The embedded default model: a Llama of 14 million parameters that tells fairy tales, trained on
 * public-domain books (the card is {@code README.md} beside the weights). Present on the class path
 * it is found under the name {@code tales}.
 */
package io.quoth.tales;
