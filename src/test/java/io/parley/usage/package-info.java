/** Tests of the count of tokens and money. */
package io.parley.usage;
