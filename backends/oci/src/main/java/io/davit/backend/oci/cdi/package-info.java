/**
 * Devices of vendors (Container Device Interface, CDI SPEC.md 1.1.0): files that say what a container must get so that a
 * device works in it, found by name and carried into config.json.
 */
@NullMarked
package io.davit.backend.oci.cdi;

import org.jspecify.annotations.NullMarked;
