// Who is asked, what is run, and what is said where nothing may be installed.
import { PassThrough } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import { installPackages } from './system-packages.mjs'
import { ask, SetupError } from './terminal.mjs'

const names = ['bubblewrap', 'gcc']
const command = 'apt-get update && sudo apt-get install -y bubblewrap gcc'
const machine = { 'apt-get': true, sudo: true }

/** Statuses are those of what is run, in order; 0 when there are no more. */
async function install(
  given: {
    uid?: number
    commands?: Record<string, boolean>
    yes?: boolean
    isPresent?: boolean
    answer?: boolean
    statuses?: (number | null)[]
    wanted?: string[]
  } = {},
) {
  const { uid = 1000, commands = machine, yes = false, isPresent = true, answer = true, statuses = [], wanted = names } = given
  const asked: string[] = []
  const ran: string[] = []
  const silent = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const failure = await installPackages({ uid, commands }, wanted, yes, {
    isPresent,
    ask: async (question) => {
      asked.push(question)
      return answer
    },
    run: (argv) => {
      ran.push(argv.join(' '))
      return statuses.length ? (statuses.shift() as number | null) : 0
    },
  }).catch((error) => error)
  silent.mockRestore()
  if (failure !== undefined) expect(failure).toBeInstanceOf(SetupError)
  return { asked, ran, words: failure?.message as string | undefined }
}

describe('installPackages', () => {
  it('asks before sudo, then runs it', async () => {
    const { asked, ran, words } = await install()
    expect(asked).toEqual([expect.stringContaining('sudo')])
    expect(ran).toEqual([
      'sudo env DEBIAN_FRONTEND=noninteractive apt-get update -qq',
      'sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends bubblewrap gcc',
    ])
    expect(words).toBeUndefined()
  })

  it('never lets BIRD or nginx run on this machine', async () => {
    const { ran } = await install({ commands: { ...machine, systemctl: true }, wanted: ['bird2', 'gcc', 'nginx'] })
    expect(ran[0]).toBe('sudo systemctl mask --quiet bird nginx')
    expect(ran.slice(-2)).toEqual(['sudo systemctl unmask --quiet bird nginx', 'sudo systemctl disable --now --quiet bird nginx'])
    expect((await install({ wanted: ['bird2'] })).ran.at(-1)).toContain('apt-get install')
  })

  it('asks neither root nor who said --yes', async () => {
    expect((await install({ uid: 0, isPresent: false })).ran[0]).toBe('env DEBIAN_FRONTEND=noninteractive apt-get update -qq')
    const { asked, ran } = await install({ yes: true, isPresent: false })
    expect([asked.length, ran.length]).toEqual([0, 2])
  })

  it.each([
    ['a no', { answer: false }, 'Nothing was installed.'],
    ['no terminal', { isPresent: false }, 'no terminal to ask at'],
  ])('runs nothing after %s, and gives the one command', async (_, given, why) => {
    const { ran, words } = await install(given)
    expect(ran).toEqual([])
    expect(words).toContain(why)
    expect(words).toContain(`→ sudo ${command}\n`)
    expect(words).toContain('--yes')
  })

  it('tells a sudo that refused from an apt-get that failed', async () => {
    for (const status of [1, 130, null])
      expect((await install({ statuses: [status] })).words).toMatch(/^They were not installed: sudo refused/)
    expect((await install({ statuses: [100] })).words).toMatch(/^apt-get update failed. Check the network/)
    const { ran, words } = await install({ statuses: [0, 100], yes: true })
    expect([ran.length, words]).toEqual([2, expect.stringMatching(/^apt-get install failed/)])
    expect(words).not.toContain('--yes')
  })

  it('does not name sudo where there is none, nor apt-get', async () => {
    const { asked, ran, words } = await install({ commands: { 'apt-get': true, sudo: false } })
    expect([asked, ran]).toEqual([[], []])
    expect(words).toContain('→ As root: apt-get update && apt-get install -y bubblewrap gcc\n')
    expect((await install({ commands: { sudo: true } })).words).toMatch(/your package manager/)
  })
})

describe('ask', () => {
  const answerTo = (typed: string) => {
    const input = new PassThrough()
    const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
    const answered = ask('Go on?', { input, output })
    input.write(typed)
    return answered
  }
  it.each([
    ['\n', true],
    ['y\n', true],
    ['YES\n', true],
    ['n\n', false],
    ['what\n', false],
    ['\x03', false],
    ['\x04', false],
  ])('takes %j as %s', async (typed, expected) => {
    expect(await answerTo(typed)).toBe(expected)
  })
})
