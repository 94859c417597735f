// The proof of every scenario that names kind, on kind. Run by `npm run test:kind`; `podwire prove --runtime kind` is the same by hand.
import { proveScenarios } from './testing/prove-scenarios.ts'

await proveScenarios('kind', 900_000)
