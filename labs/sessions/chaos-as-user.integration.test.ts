// The chaos test once more, as an ordinary user with subordinate ids: other id maps, other owners, and helpers (newuidmap) that can be hit half-way.
// Where tests run as such a user already, chaos.integration.test.ts is that.
import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTestUser, type TestUser } from '../runtimes/embedded/testing/machine.ts'
import { installationRoot } from '../system/installation.ts'
import { whyNoLabs } from './testing/own-folders.ts'
import { copyInstallationFor, type UserInstallation } from './testing/user-installation.ts'

/** Why nobody but root could run what is installed here. */
function whyNoUser(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can run tests as another user'
  for (let folder = installationRoot(); folder !== dirname(folder); folder = dirname(folder))
    if (!(statSync(folder).mode & 0o001)) return `${folder} is closed to other users`
  return existsSync('/usr/bin/setpriv') ? undefined : 'setpriv is not installed'
}
const reason = whyNoLabs() ?? whyNoUser()
if (reason) console.warn(`skipped: ${reason}`)

let user: TestUser
let installation: UserInstallation
beforeAll(() => {
  if (reason) return
  user = makeTestUser()
  installation = copyInstallationFor(user)
})
afterAll(() => {
  installation?.remove()
  user?.remove()
})

test.skipIf(reason)('kill -9 as an ordinary user', { timeout: 300_000 }, async () => {
  const { uid, gid } = user
  const vitest = [
    process.execPath,
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'integration',
    'labs/sessions/chaos.integration.test.ts',
  ]
  const child = spawn('setpriv', [`--reuid=${uid}`, `--regid=${gid}`, '--init-groups', '--inh-caps=-all', ...vitest], {
    cwd: installation.root,
    env: installation.env as unknown as NodeJS.ProcessEnv, // Next's types ask for NODE_ENV
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => {
      output += bytes
    })
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect(code, output).toBe(0)
  expect(output).toMatch(/Tests .*\b8 passed/)
  expect(output).not.toContain('skipped')
})
