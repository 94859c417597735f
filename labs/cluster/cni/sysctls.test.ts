import { describe, expect, it } from 'vitest'
import { sysctlSettings } from './sysctls.ts'

describe('sysctl.d', () => {
  it('lets later files win, by name and not by folder', () => {
    const files = [
      { path: '/etc/sysctl.d/10-a.conf', text: 'net.ipv4.ip_forward = 1\n' },
      { path: '/run/sysctl.d/99-hardening.conf', text: '# why\nnet.ipv4.ip_forward=0\n' },
    ]
    expect(sysctlSettings(files, [])).toEqual({ 'net.ipv4.ip_forward': '0' })
  })

  it('hides a file by one of the same name in /etc', () => {
    const files = [
      { path: '/run/sysctl.d/10-a.conf', text: 'net.ipv4.ip_forward = 0' },
      { path: '/etc/sysctl.d/10-a.conf', text: '' },
    ]
    expect(sysctlSettings(files, [])).toEqual({})
  })

  it('reads what systemd reads: slashes, minus signs, globs; and leaves the machine alone', () => {
    const text = 'net/ipv4/conf/eth0.100/rp_filter = 2\n-net.ipv4.conf.*.arp_ignore = 1\nkernel.panic = 1\n; no\nnonsense\n'
    expect(sysctlSettings([{ path: '/etc/sysctl.d/x.conf', text }], ['all', 'eth0'])).toEqual({
      'net.ipv4.conf.eth0/100.rp_filter': '2',
      'net.ipv4.conf.all.arp_ignore': '1',
      'net.ipv4.conf.eth0.arp_ignore': '1',
    })
  })
})
