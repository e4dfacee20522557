/**
 * A reader of tar archives that hands over names and attribute values as the bytes they are. commons-compress decodes
 * both as text, which breaks file capabilities ({@code security.capability}) and names that are not UTF-8.
 */
@NullMarked
package io.davit.backend.oci.tar;

import org.jspecify.annotations.NullMarked;
