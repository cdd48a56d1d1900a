package io.quoth.generation;

/**
 * One new token.
 *
 * @param id its id
 * @param text what became certain of the text with it: "" while a character lacks bytes or a stop
 *     string may be under way. The texts of all tokens are the text of the result.
 */
public record GeneratedToken(int id, String text) {}
