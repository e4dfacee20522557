//go:build tools

// Package critest names what the test binary sigs.k8s.io/cri-tools/cmd/critest imports: that directory has test files
// only, which cannot be a "tool" in go.mod, and without these lines go.sum would not cover its dependencies.
package critest

import (
	_ "sigs.k8s.io/cri-tools/pkg/benchmark"
	_ "sigs.k8s.io/cri-tools/pkg/validate"
)
