/** The front door; nothing but wiring. */
package io.quoth;
