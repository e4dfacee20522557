package io.davit.conformance.contract;

/**
 * Names of images that the contract asks for.
 *
 * @param present can be pulled, and has the programs of {@link Programs}
 * @param other can be pulled, and is another image
 * @param absent its registry answers, and does not have it
 * @param unreachable its registry does not answer
 */
public record TestImages(String present, String other, String absent, String unreachable) {}
