//go:build tools

// Package critest names what the test binaries sigs.k8s.io/cri-tools/cmd/critest and .../test/e2e import: those
// directories have test files only, which cannot be a "tool" in go.mod, and without these lines go.sum would not cover
// their dependencies.
package critest

import (
	_ "sigs.k8s.io/cri-tools/pkg/benchmark"
	_ "sigs.k8s.io/cri-tools/pkg/validate"
	_ "sigs.k8s.io/cri-tools/test/framework"
)
