// A container engine for `npm run test:kind`: the one that answers; else, as root, docker installed and started for the tests. Called by test-kind.mjs. No dependencies.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findCommand } from './facts.mjs'
import { installPackages } from './system-packages.mjs'
import { SetupError, say } from './terminal.mjs'

const startMs = 60_000
const stopMs = 30_000
const noop = async () => {}

const answers = () => {
  const docker = findCommand('docker')
  return Boolean(docker) && spawnSync(docker, ['info'], { stdio: 'ignore', timeout: 10_000 }).status === 0
}

const quietly = (argv) => {
  const [file, ...args] = argv
  return spawnSync(file, args, { stdio: 'ignore' }).status === 0
}

/**
 * Sees to it that an engine answers. `stop` ends what was started here, and nothing else.
 * @returns {Promise<{reason: string} | {reason?: undefined, stop: () => Promise<void>}>} reason: why there is none
 */
export async function obtainEngine({ podwire, facts, yes }) {
  const engineFinding = () => podwire(['kind', 'status']).findings.find(({ id }) => id === 'kind-engine' || id === 'kind-platform')
  const before = engineFinding()
  if (before.ok) return { stop: noop }
  const why = `${before.found}${before.mend ? ` → ${before.mend}` : ''}`
  // somebody else's daemon that does not answer is not ours to start
  if (facts.platform !== 'linux' || facts.uid !== 0 || process.env.DOCKER_HOST || process.env.KIND_EXPERIMENTAL_PROVIDER)
    return { reason: why }
  try {
    const stop = await startDaemon(facts, yes)
    const after = engineFinding()
    if (after.ok) return { stop }
    await stop()
    return { reason: after.found }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return { reason: `${why}; starting docker: ${error.message.split('\n')[0]}` }
  }
}

async function startDaemon(facts, yes) {
  const program = process.env.PODWIRE_TEST_DOCKERD
  if (program) {
    say(`Starting docker with PODWIRE_TEST_DOCKERD`)
    if (spawnSync(program, [], { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) throw new SetupError('PODWIRE_TEST_DOCKERD failed')
    return async () => void spawnSync(program, ['--stop'], { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  if (!findCommand('dockerd')) {
    await installPackages(facts, ['docker.io', 'iptables'], yes)
    // where there is a service manager, the package has started it
    if (answers())
      return async () => void (quietly(['systemctl', 'stop', 'docker.socket', 'docker']) || quietly(['service', 'docker', 'stop']))
  }
  return startDockerd()
}

/** A daemon with data and a socket of its own, which are gone after it. */
async function startDockerd() {
  const folder = mkdtempSync('/var/tmp/podwire-docker-')
  const host = `unix://${join(folder, 'docker.sock')}`
  const log = join(folder, 'log')
  const own = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid')]
  say('Starting dockerd')
  const output = openSync(log, 'a')
  // not in the terminal's process group: Ctrl-C must leave it to us to end it last
  const daemon = spawn(findCommand('dockerd'), ['--host', host, ...own], { detached: true, stdio: ['ignore', output, output] })
  const ended = new Promise((resolve) => daemon.once('close', resolve).once('error', resolve))
  process.env.DOCKER_HOST = host
  const stop = async () => {
    delete process.env.DOCKER_HOST
    if (daemon.exitCode === null && daemon.signalCode === null && daemon.pid) {
      daemon.kill('SIGTERM')
      await Promise.race([ended, delay(stopMs, undefined, { ref: false })])
    }
    rmSync(folder, { recursive: true, force: true })
  }
  const deadlineMs = performance.now() + startMs
  while (!answers()) {
    if (daemon.exitCode === null && daemon.signalCode === null && daemon.pid && performance.now() < deadlineMs) {
      await delay(200)
      continue
    }
    const last = readFileSync(log, 'utf8').trim().split('\n').at(-1)
    await stop()
    throw new SetupError(`dockerd does not answer: ${last || 'it printed nothing'}`)
  }
  return stop
}
