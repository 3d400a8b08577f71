/** Tests of conversations as documents. */
package io.parley.export;
