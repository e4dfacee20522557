/**
 * The pod network through CNI plugins: reads the network's configuration, runs its plugins on a network namespace, and
 * takes the network down again with the configuration that put it up.
 */
@NullMarked
package io.davit.core.network;

import org.jspecify.annotations.NullMarked;
