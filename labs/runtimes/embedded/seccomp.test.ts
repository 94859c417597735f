// The filter is run here as the kernel runs it: a tiny interpreter of the BPF it uses.
import { describe, expect, test } from 'vitest'
import { buildSeccompFilter } from './seccomp.ts'
import { syscallNumbers } from './syscall-numbers.ts'

interface Call {
  name: string
  args?: number[]
  audit?: number
}

/** What the filter returns: allow, kill, or the errno it answers. */
function judge(filter: Buffer, arch: string, { name, args = [], audit }: Call): 'allow' | 'kill' | number {
  const table = syscallNumbers[arch] as (typeof syscallNumbers)[string]
  const data = Buffer.alloc(64)
  data.writeUInt32LE(/^\d+$/.test(name) ? Number(name) : (table.numbers[name] as number), 0)
  data.writeUInt32LE(audit ?? table.audit, 4)
  args.forEach((value, i) => {
    data.writeUInt32LE(value >>> 0, 16 + 8 * i)
  })
  let accumulator = 0
  for (let at = 0; at < filter.length / 8; at++) {
    const code = filter.readUInt16LE(at * 8)
    const value = filter.readUInt32LE(at * 8 + 4)
    const jump = (met: boolean) => {
      at += filter.readUInt8(at * 8 + (met ? 2 : 3))
    }
    if (code === 0x20) accumulator = data.readUInt32LE(value)
    else if (code === 0x54) accumulator = (accumulator & value) >>> 0
    else if (code === 0x15) jump(accumulator === value)
    else if (code === 0x35) jump(accumulator >= value)
    else if (code === 0x45) jump((accumulator & value) !== 0)
    else if (code === 0x06) return value === 0x7fff0000 ? 'allow' : value === 0x80000000 ? 'kill' : value & 0xffff
    else throw new Error(`unknown instruction ${code}`)
  }
  throw new Error('the filter runs past its end')
}

const EPERM = 1
const ENOSYS = 38
const EAFNOSUPPORT = 97
const cases: [Call, 'allow' | 'kill' | number][] = [
  [{ name: 'clone3' }, ENOSYS],
  [{ name: 'memfd_create' }, ENOSYS],
  [{ name: 'bpf' }, EPERM],
  [{ name: 'unshare', args: [0x40000000] }, 'allow'],
  [{ name: 'unshare', args: [0x50000000] }, EPERM],
  [{ name: 'clone', args: [0x10000011] }, EPERM],
  [{ name: 'clone', args: [17] }, 'allow'],
  [{ name: 'ioctl', args: [0, 0x5412] }, EPERM],
  [{ name: 'ioctl', args: [0, 0x541c] }, EPERM],
  [{ name: 'ioctl', args: [0, 0x5413] }, 'allow'],
  [{ name: 'socket', args: [16] }, 'allow'],
  [{ name: 'socket', args: [40] }, EAFNOSUPPORT],
  [{ name: 'socketpair', args: [1] }, 'allow'],
  [{ name: 'socketpair', args: [38] }, EAFNOSUPPORT],
  // mount: new file system, remount, bind, bind remount, move, private, and the disguises
  [{ name: 'mount', args: [0, 0, 0, 0] }, 0],
  [{ name: 'mount', args: [0, 0, 0, 32] }, 0],
  [{ name: 'mount', args: [0, 0, 0, 4096] }, 'allow'],
  [{ name: 'mount', args: [0, 0, 0, 4096 | 32 | 1] }, 'allow'],
  [{ name: 'mount', args: [0, 0, 0, 8192] }, 'allow'],
  [{ name: 'mount', args: [0, 0, 0, 1 << 18] }, 'allow'],
  [{ name: 'mount', args: [0, 0, 0, 32 | (1 << 20)] }, 0],
  [{ name: 'mount', args: [0, 0, 0, 0xc0ed0000] }, 0],
  [{ name: 'mount', args: [0, 0, 0, 0xc0ed0000 | 32] }, 0],
  [{ name: 'mount', args: [0, 0, 0, 0xc0ed0000 | 4096] }, 'allow'],
  [{ name: 'socket', args: [2], audit: 0x40000003 }, 'kill'],
]

describe.each(['x64', 'arm64'])('on %s', (arch) => {
  const real = buildSeccompFilter({ arch, fakeIds: false })
  test.each(cases)('%o', (call, answer) => {
    expect(judge(real, arch, call)).toBe(answer)
  })

  test('changes of owner and user are real with a range of ids, and pretended with one', () => {
    const faked = buildSeccompFilter({ arch, fakeIds: true })
    for (const name of ['fchownat', 'fchown', 'setuid', 'setgroups', 'setresuid']) {
      expect(judge(real, arch, { name })).toBe('allow')
      expect(judge(faked, arch, { name })).toBe(0)
    }
  })

  test('a lab with eBPF reads and changes maps, and makes, loads, attaches and lists nothing', () => {
    const maps = buildSeccompFilter({ arch, fakeIds: false, bpfMaps: true })
    const answers = Array.from({ length: 64 }, (_, command) => judge(maps, arch, { name: 'bpf', args: [command] }))
    const allowed = answers.flatMap((answer, command) => (answer === 'allow' ? [command] : []))
    expect(allowed).toEqual([1, 2, 3, 4, 7, 15])
    expect(answers[16]).toBe(22) // PROG_QUERY: as a kernel that does not know it
    expect(new Set(answers)).toEqual(new Set(['allow', EPERM, 22]))
  })

  test('every call in the table that the rules name has a rule', () => {
    const conditional = ['clone', 'unshare', 'mount', 'ioctl', 'socket', 'socketpair']
    const ids = ['chown', 'fchown', 'lchown', 'fchownat', 'setuid', 'setgid', 'setreuid', 'setregid', 'setgroups', 'setresuid', 'setresgid']
    for (const name of Object.keys(syscallNumbers[arch]?.numbers ?? {})) {
      if (!conditional.includes(name) && !ids.includes(name)) expect([EPERM, ENOSYS]).toContain(judge(real, arch, { name }))
    }
  })
})

test('numbers of the x32 interface do not pass by the rules of x64', () => {
  expect(judge(buildSeccompFilter({ arch: 'x64', fakeIds: false }), 'x64', { name: String(0x40000000 + 321) })).toBe(ENOSYS)
})

test('an unknown processor is refused', () => {
  expect(() => buildSeccompFilter({ arch: 'mips', fakeIds: false })).toThrow('no system call table for mips')
})
