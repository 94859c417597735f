// Installs Debian packages where it may: as root, or with sudo once a person has said yes. Used by setup.mjs and test-docker.mjs. No dependencies.
import { spawnSync } from 'node:child_process'
import { installCommand } from './doctor.mjs'
import { ask, SetupError, say } from './terminal.mjs'

/** apt-get's own code for every failure of its; other codes are sudo's, or a signal's */
const aptFailed = 100

const runShown = (argv) => {
  const [file, ...args] = argv
  // Ctrl-C at sudo's question ends sudo; we stay to say what to do instead
  const stay = () => {}
  process.on('SIGINT', stay)
  const { status } = spawnSync(file, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  process.off('SIGINT', stay)
  return status
}
/** Debian starts what it installs. Labs have a BIRD and an nginx of their own; this machine wants none, and may have another program on port 80. */
const services = { bird2: 'bird', nginx: 'nginx' }
const here = { isPresent: Boolean(process.stdin.isTTY), ask, run: runShown }

/** `person` can be asked where there is a terminal; throws SetupError with the one command where nothing may be, or could be, installed. */
export async function installPackages(facts, names, yes, person = here) {
  say(`Missing system packages: ${names.join(', ')}`)
  if (!facts.commands['apt-get']) throw new SetupError(`Install them with your package manager, then run this again.`)
  const isRoot = facts.uid === 0
  const refuse = (why) =>
    new SetupError(
      `${why}\n→ ${isRoot || facts.commands.sudo ? '' : 'As root: '}${installCommand(facts, names)}\nThen run this again.${isRoot || yes ? '' : ' (--yes installs them without asking.)'}`,
    )
  if (!isRoot && !facts.commands.sudo) throw refuse('Installing them takes root, and sudo is not here.')
  if (!isRoot && !yes) {
    if (!person.isPresent) throw refuse('Nothing was installed: there is no terminal to ask at.')
    if (!(await person.ask('Install them now with sudo apt-get? It may want your password.'))) throw refuse('Nothing was installed.')
  }
  const asRoot = isRoot ? [] : ['sudo']
  const unwanted = facts.commands.systemctl ? names.flatMap((name) => services[name] ?? []) : []
  const systemctl = (...words) => {
    if (unwanted.length > 0) person.run([...asRoot, 'systemctl', ...words, '--quiet', ...unwanted])
  }
  systemctl('mask')
  try {
    const apt = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get']
    for (const words of [
      ['update', '-qq'],
      ['install', '-y', '-qq', '--no-install-recommends', ...names],
    ]) {
      const status = person.run([...apt, ...words])
      if (status === 0) continue
      if (isRoot || status === aptFailed) throw refuse(`apt-get ${words[0]} failed. Check the network and the package sources.`)
      throw refuse('They were not installed: sudo refused, or was interrupted.')
    }
  } finally {
    systemctl('unmask')
  }
  systemctl('disable', '--now')
}
