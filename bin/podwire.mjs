#!/usr/bin/env node
// `npx podwire`: runs the built command line, or says how to get it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const program = join(import.meta.dirname, '../dist/podwire.mjs')
if (!existsSync(program)) {
  process.stderr.write('Podwire is not built yet.\n→ Run npm start once: it sets everything up.\n')
  process.exit(1)
}
await import(program)
