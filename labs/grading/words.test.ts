// The same observations in Chinese, to the letter: what a learner reads beside every task.
import { describe, expect, it } from 'vitest'
import { commandProbe, dnsProbe, httpProbe, kubeProbe, type ProbeTry, serviceProbe } from '../spec/probe.ts'
import { judgeAnswer } from './judge-answer.ts'
import { judgeCommand } from './judge-command.ts'
import { judgeKube } from './judge-kube.ts'
import { judgeNetwork } from './judge-network.ts'
import { judgeService } from './judge-service.ts'
import { judgeWords } from './words.ts'

const zh = judgeWords['zh-CN']
const web = httpProbe.parse({ from: 'pod/client', http: { url: 'http://web/', status: 200 } })
const judge = (...tries: ProbeTry[]) => judgeNetwork(web, { tries }, zh)

describe('judges that speak Chinese', () => {
  it('say what came back', () => {
    expect(judge({ outcome: 'answered', ms: 2.4, address: '10.96.1.2', status: 503 })).toMatchObject({
      seen: '10.96.1.2（web）在 2 ms 后应答状态码 503',
      wanted: '应答状态码 200',
    })
    expect(judge({ outcome: 'refused', ms: 0.6, address: '10.96.71.12' }).seen).toBe('10.96.71.12（web）在 1 ms 后拒绝了连接')
    expect(judge({ outcome: 'timeout', ms: 400, address: '10.96.71.12' }).seen).toBe('10.96.71.12（web）在 400 ms 内没有应答')
    expect(judge({ outcome: 'unresolved', ms: 3, reason: 'NXDOMAIN' }).seen).toBe('名称 web 没能解析（NXDOMAIN）')
  })
  it('say how many', () => {
    const good = Array<ProbeTry>(11).fill({ outcome: 'answered', ms: 2, address: '10.244.1.4', status: 200 })
    const bad = Array<ProbeTry>(9).fill({ outcome: 'timeout', ms: 400, address: '10.244.2.9' })
    expect(judge(...good, ...bad)).toMatchObject({
      seen: '20 次中 11 次应答状态码 200；9 次在 400 ms 后超时，目标都是 10.244.2.9',
      wanted: '20 次全部应答状态码 200',
    })
  })
  it('say what a nameserver said', () => {
    const probe = dnsProbe.parse({ from: 'pod/client', dns: { name: 'web' } })
    const tries: ProbeTry[] = [{ outcome: 'answered', ms: 1, address: '10.96.0.10', rcode: 'NXDOMAIN', answers: [] }]
    expect(judgeNetwork(probe, { tries }, zh)).toMatchObject({ seen: '10.96.0.10 在 1 ms 后应答 NXDOMAIN', wanted: '有应答' })
  })
  it('say what objects are', () => {
    const probe = kubeProbe.parse({ kube: { get: 'endpointslices', path: '$.items[*].endpoints[*].addresses[*]', count: 2 } })
    expect(judgeKube(probe.kube, { items: [] }, undefined, zh).seen).toBe('EndpointSlice 列出 0 个 addresses')
    const { service } = serviceProbe.parse({ service: { name: 'web', deployment: 'web', wants: 'endpoints' } })
    expect(judgeService(service, { slices: [], pods: [] }, zh).seen).toBe('没有 Service web')
    expect(judgeService(service, { service: {}, deployment: {}, slices: [], pods: [] }, zh).seen).toBe(
      'web 的 0 个就绪 Pod 中，EndpointSlice 列出了 0 个',
    )
  })
  it('say what a command printed, and what was answered', () => {
    const same = commandProbe.parse({ command: { on: 'node/worker', run: 'x', unchanged: true } }).command
    expect(judgeCommand(same, { exitCode: 0, stdout: 'a\nc\n', stderr: '' }, 'a\nb\n', zh).seen).toBe('少了：“b”；多了：“c”')
    expect(judgeCommand(same, { exitCode: 3, stdout: '', stderr: '' }, '', zh).seen).toBe('结束时退出码为 3')
    expect(judgeAnswer('x', 'y', zh).seen).toBe('你的回答是“y”')
  })
})
