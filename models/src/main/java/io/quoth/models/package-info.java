/** Configurations and families: ids to hidden states to logits. */
package io.quoth.models;
