/** Tests the accounting of tokens and money. */
package io.parley.usage;
