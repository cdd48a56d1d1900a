package io.quoth.pipelines;

/**
 * A class and how well it fits.
 *
 * @param score a probability, or what a regression gives
 */
public record LabelScore(String label, float score) {}
