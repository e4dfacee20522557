package io.davit.conformance.contract;

/** A chapter of the contract: tests as default methods, which {@link BackendContract} puts together. */
interface ContractPart {
    Engine engine();
}
