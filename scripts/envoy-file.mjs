// Which Envoy labs run, and where `npm run envoy` (envoy.mjs) puts it for stage.mjs to find. No dependencies.
import { join } from 'node:path'

export const version = '1.40.0'
export const envoyFile = (cache) => join(cache, `envoy-${version}`)
