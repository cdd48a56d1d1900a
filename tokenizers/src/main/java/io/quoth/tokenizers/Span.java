package io.quoth.tokenizers;

/**
 * A range of a text.
 *
 * @param start where it begins, from 0
 * @param end where it ends, exclusive
 */
public record Span(int start, int end) {}
