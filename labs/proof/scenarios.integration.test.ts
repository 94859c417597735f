// The proof of every scenario, on the embedded runtime. Needs a built dist/ and network namespaces, nothing else; `podwire prove` is the same by hand.
import { proveScenarios } from './testing/prove-scenarios.ts'

await proveScenarios('embedded', 120_000)
