// The tools that Podwire gives to nodes run in a node's root folder, with their own libraries alone.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createEngine, type Engine } from './engine.ts'
import { toolsFolder } from './names.ts'
import { ensureNodeTools } from './node-tools.ts'
import { findKindTools } from './tools.ts'

let cache: string
let tools: string
let engine: Engine
let image: string | undefined
beforeAll(async () => {
  cache = mkdtempSync(join(tmpdir(), 'podwire-tools-'))
  tools = await ensureNodeTools(cache)
  const found = await findKindTools()
  engine = createEngine(found.engine.name, found.engine.program)
  image = found.image
})
afterAll(() => rmSync(cache, { recursive: true, force: true }))

it.each([
  ['tcpdump', ['--version']],
  ['dig', ['-v']],
  ['nft', ['--version']],
  ['bpftool', ['version']],
  ['conntrack', ['--version']],
])('%s', async (name, args) => {
  const program = `${toolsFolder}/bin/${name}`
  const run = ['run', '--rm', '-v', `${tools}:${toolsFolder}:ro`, '--entrypoint', '/bin/sh', image ?? 'kindest/node:v1.37.0']
  // what the image has itself must not help
  expect(await engine.run([...run, '-c', `PATH= LD_LIBRARY_PATH= ${program} ${args.join(' ')} 2>&1`])).toMatch(/\d+\.\d+/)
})
