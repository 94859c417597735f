import { expect, test } from 'vitest'
import { type EbpfMachine, ebpfObstacle } from './ebpf-needs.ts'

const able: EbpfMachine = {
  uid: 0,
  kernel: '6.1.0-32-amd64',
  capabilities: (1n << 41n) - 1n,
  hasBpfFolder: true,
  hasTypes: true,
  missing: [],
}

test('root on a machine with all of it can', () => {
  expect(ebpfObstacle(able)).toBeUndefined()
  expect(ebpfObstacle({ ...able, kernel: '5.19.0' })).toBeUndefined()
})

test.each([
  ['an ordinary user', { uid: 1000 }, /only root may do/, /sudo npm start/],
  ['an old kernel', { kernel: '5.15.0-91-generic' }, /this machine runs 5\.15\.0-91-generic/, /Update the system/],
  ['a kernel without eBPF', { hasBpfFolder: false }, /no \/sys\/fs\/bpf/, /kernel/],
  ['a kernel without BTF', { hasTypes: false }, /no \/sys\/kernel\/btf\/vmlinux/, /kernel/],
  // docker's root
  ['a container', { capabilities: 0xa80425fbn }, /root lacks CAP_NET_ADMIN, CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_BPF/, /virtual machine/],
  [
    'missing packages',
    { missing: ['clang', 'libbpf-dev'] },
    /lacks: clang, libbpf-dev/,
    /^apt-get install --no-install-recommends clang libbpf-dev$/,
  ],
])('says what is in the way: %s', (_, changes, reason, hint) => {
  const obstacle = ebpfObstacle({ ...able, ...changes })
  expect(obstacle?.reason).toMatch(reason)
  expect(obstacle?.hint).toMatch(hint)
})
