// What judges say of what they saw and wanted, in both languages. A lab has one language, and its judges speak it. Used by every judge.
import type { ConnectOutcome } from '../spec/probe.ts'
import type { Locale } from '../spec/scenario.ts'

const because = (reason: string | undefined) => (reason ? ` (${reason})` : '')

const en = {
  // network probes: one try
  answered: 'answered',
  answeredStatus: (status: number) => `answered with status ${status}`,
  answeredRcode: (rcode: string) => `answered ${rcode}`,
  answeredRecords: (records: string[]) => (records.length === 0 ? 'answered with no record' : `answered ${records.join(', ')}`),
  answeredText: (quoted: string | undefined) => (quoted === undefined ? 'answered with nothing' : `answered ${quoted}`),
  refused: 'connection refused',
  noAnswer: 'no answer',
  unreachable: (reason: string | undefined) => `unreachable${because(reason)}`,
  unresolved: (reason: string | undefined) => `the name did not resolve${because(reason)}`,
  hungUp: 'hung up without an answer',
  probeFailed: (reason: string | undefined) => `the probe failed (${reason ?? 'no reason given'})`,
  nameserver: 'the nameserver',
  named: (peer: string, name: string) => `${peer} (${name})`,
  timeoutFrom: (peer: string, ms: number) => `no answer from ${peer} within ${ms} ms`,
  refusedBy: (peer: string, after: string) => `connection refused by ${peer} after ${after}`,
  peerIs: (peer: string, what: string) => `${peer} is ${what}`,
  nameUnresolved: (name: string, reason: string | undefined) => `the name ${name} did not resolve${because(reason)}`,
  peerDid: (peer: string, what: string, after: string) => `${peer} ${what} after ${after}`,
  // many tries
  timedOut: (ms: number) => `timed out after ${ms} ms`,
  share: (n: number, of: number | undefined, what: string) => `${n}${of === undefined ? '' : ` of ${of}`} ${what}`,
  to: (addresses: string[], all: boolean) => `, ${all ? 'all to ' : 'to '}${addresses.join(', ')}`,
  otherOutcomes: (n: number) => `and ${n} other outcomes`,
  semicolon: '; ',
  noResult: 'the probe gave no result',
  // what is wanted
  wanted: {
    answered: 'answered',
    refused: 'refused',
    timeout: 'without an answer',
    unreachable: 'unreachable',
    blocked: 'kept out',
  } satisfies Record<ConnectOutcome, string>,
  wantedAll: (n: number, wanted: string) => `${n} of ${n} ${wanted}`,
  atLeast: (n: number) => `at least ${n}`,
  asBefore: 'as it was while all was well',
  // objects
  noObject: (kind: string, name: string | undefined) => `there is no ${kind} ${name ?? ''}`.trimEnd(),
  matches: (kind: string, name: string, n: number) => `${kind} ${name} has ${n} matches`,
  lists: (what: string, n: number, noun: string) => `${what} lists ${n} ${noun}`,
  shows: (what: string, values: string) => `${what} shows ${values}`,
  nothing: 'nothing',
  notSet: 'not set',
  fieldChanged: (path: string, was: string, is: string) => `${path} was ${was} and is ${is}`,
  comma: ', ',
  andMore: (n: number) => `, and ${n} more`,
  gone: (values: string) => `gone: ${values}`,
  added: (values: string) => `new: ${values}`,
  objectIs: (kind: string, fields: string) => `${kind}: ${fields}`,
  objectChanged: (kind: string, what: string) => `${kind} changed; ${what}`,
  objectCount: (kind: string, n: number, before: number) => `${kind}: ${n} where ${before} were`,
  // Services
  finds: (service: string, deployment: string) => `${service} finds the Pods that ${deployment} makes from now on`,
  findsNot: (service: string, deployment: string) => `${service} would not find the Pods that ${deployment} makes from now on`,
  listed: (right: number, ready: number, deployment: string, strangers: string[]) =>
    `EndpointSlice lists ${right} of the ${ready} ready Pods of ${deployment}${strangers.length ? `, and ${strangers.join(', ')}` : ''}`,
  listedWanted: (ready: number) => `${ready} of ${ready}, and no other`,
  // commands and answers
  asWanted: 'as wanted',
  exitCode: (code: number) => `ended with exit code ${code}`,
  lines: (shown: string[], more: number) => `${shown.join(' and ')}${more > 0 ? ` and ${more} more` : ''}`,
  orderChanged: 'the order changed',
  youAnswered: (quoted: string) => `you answered ${quoted}`,
  // what could not be taken
  unfinished: (ms: number) => `the check did not finish within ${ms} ms`,
  unknownBefore: 'it is not known what it was while all was well',
  roundStopped: 'the round was stopped',
  notTaken: 'the probe could not be taken',
}
export type Words = typeof en

const reasonZh = (reason: string | undefined) => (reason ? `（${reason}）` : '')

/** A full-width bracket brings its own room. */
const spaced = (peer: string) => (peer.endsWith('）') ? peer : `${peer} `)

const zh: Words = {
  answered: '有应答',
  answeredStatus: (status) => `应答状态码 ${status}`,
  answeredRcode: (rcode) => `应答 ${rcode}`,
  answeredRecords: (records) => (records.length === 0 ? '应答了，但没有记录' : `应答 ${records.join('、')}`),
  answeredText: (quoted) => (quoted === undefined ? '应答了，但内容为空' : `应答${quoted}`),
  refused: '连接被拒绝',
  noAnswer: '没有应答',
  unreachable: (reason) => `不可达${reasonZh(reason)}`,
  unresolved: (reason) => `名称没能解析${reasonZh(reason)}`,
  hungUp: '没有应答就断开了',
  probeFailed: (reason) => `探测失败（${reason ?? '没有给出原因'}）`,
  nameserver: '域名服务器',
  named: (peer, name) => `${peer}（${name}）`,
  timeoutFrom: (peer, ms) => `${spaced(peer)}在 ${ms} ms 内没有应答`,
  refusedBy: (peer, after) => `${spaced(peer)}在 ${after} 后拒绝了连接`,
  peerIs: (peer, what) => `${spaced(peer)}${what}`,
  nameUnresolved: (name, reason) => `名称 ${name} 没能解析${reasonZh(reason)}`,
  peerDid: (peer, what, after) => `${spaced(peer)}在 ${after} 后${what}`,
  timedOut: (ms) => `在 ${ms} ms 后超时`,
  share: (n, of, what) => `${of === undefined ? '' : `${of} 次中 `}${n} 次${what}`,
  to: (addresses, all) => `，目标${all ? '都' : ''}是 ${addresses.join('、')}`,
  otherOutcomes: (n) => `另有 ${n} 种结果`,
  semicolon: '；',
  noResult: '探测没有给出结果',
  wanted: { answered: '有应答', refused: '被拒绝', timeout: '没有应答', unreachable: '不可达', blocked: '被挡在外面' },
  wantedAll: (n, wanted) => `${n} 次全部${wanted}`,
  atLeast: (n) => `至少 ${n}`,
  asBefore: '和一切正常时一样',
  noObject: (kind, name) => `没有 ${kind}${name ? ` ${name}` : ''}`,
  matches: (kind, name, n) => `${kind} ${name} 有 ${n} 处匹配`,
  lists: (what, n, noun) => `${what} 列出 ${n} 个 ${noun}`,
  shows: (what, values) => `${what} 显示${values}`,
  nothing: '为空',
  notSet: '未设置',
  fieldChanged: (path, was, is) => `${path} 原来是 ${was}，现在是 ${is}`,
  comma: '，',
  andMore: (n) => `，另有 ${n} 处`,
  gone: (values) => `少了：${values}`,
  added: (values) => `多了：${values}`,
  objectIs: (kind, fields) => `${kind}：${fields}`,
  objectChanged: (kind, what) => `${kind} 有变化；${what}`,
  objectCount: (kind, n, before) => `${kind}：原来有 ${before} 个，现在有 ${n} 个`,
  finds: (service, deployment) => `${service} 能找到 ${deployment} 今后创建的 Pod`,
  findsNot: (service, deployment) => `${service} 找不到 ${deployment} 今后创建的 Pod`,
  listed: (right, ready, deployment, strangers) =>
    `${deployment} 的 ${ready} 个就绪 Pod 中，EndpointSlice 列出了 ${right} 个${strangers.length ? `，还列出了 ${strangers.join('、')}` : ''}`,
  listedWanted: (ready) => `${ready} 个全部列出，且没有别的`,
  asWanted: '符合期望',
  exitCode: (code) => `结束时退出码为 ${code}`,
  lines: (shown, more) => `${shown.join('、')}${more > 0 ? `，另有 ${more} 行` : ''}`,
  orderChanged: '顺序变了',
  youAnswered: (quoted) => `你的回答是${quoted}`,
  unfinished: (ms) => `检查在 ${ms} ms 内没有完成`,
  unknownBefore: '不知道一切正常时它是什么样',
  roundStopped: '这一轮检查已停止',
  notTaken: '没能进行探测',
}

export const judgeWords: Record<Locale, Words> = { en, 'zh-CN': zh }
