// Transcripts: what kubectl printed against a real kube-apiserver 1.37.1, to be compared with what it prints against ours. Used by kubectl.integration.test.ts.
//
// `$ command` (continued by `> ` lines), what it printed, and `[exit n]` when it failed. Commands are bash; kubectl is the pinned one.

export interface TranscriptStep {
  command: string
  /** standard output and error together, normalized */
  output: string
}

export function parseTranscript(text: string): TranscriptStep[] {
  const steps: TranscriptStep[] = []
  let command: string[] = []
  let output: string[] = []
  const finish = () => {
    if (command.length > 0) steps.push({ command: command.join('\n'), output: output.join('\n') })
    command = []
    output = []
  }
  for (const line of text.replace(/\n$/, '').split('\n')) {
    if (line.startsWith('$ ')) {
      finish()
      command = [line.slice(2)]
    } else if (output.length === 0 && line.startsWith('> ') && command.length > 0) command.push(line.slice(2))
    else if (command.length > 0) output.push(line)
  }
  finish()
  return steps
}

export function formatTranscript(steps: readonly TranscriptStep[]): string {
  return `${steps.map(({ command, output }) => `$ ${command.split('\n').join('\n> ')}${output ? `\n${output}` : ''}`).join('\n')}\n`
}

/** What differs between two runs for no fault of the server: times, random names and numbers, and the widths of columns that hold them. */
const volatile: [RegExp, string][] = [
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uid>'],
  [/\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| \+0000(?: UTC)?)?/g, '<time>'],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? \w{3} 20\d\d \d\d:\d\d:\d\d \+0000/g, '<date>'],
  [/("?resourceVersion"?: )"\d+"/g, '$1"<n>"'],
  [/\b(?:\d+y)?(?:\d+d)?(?:\d+h)?(?:\d+m)?\d+s\b|\b\d+d(?:\d+h)?\b/g, '<age>'],
  [/\b10\.96\.\d+\.\d+\b/g, '<cluster-ip>'],
  [/\b3[0-2]\d{3}(?=\/(?:TCP|UDP)|$)/gm, '<node-port>'],
  [/\/tmp\/(LIVE|MERGED)-\d+/g, '/tmp/$1'],
  [/kubectl-1\.37\.1-edit-\d+/g, 'kubectl-edit'],
  [/https:\/\/127\.0\.0\.1:\d+/g, 'https://<server>'],
  [/ +$/gm, ''],
  [/(\S) {2,}/g, '$1  '],
]

export function normalizeOutput(text: string, code: number): string {
  const plain = volatile.reduce((rest, [pattern, word]) => rest.replace(pattern, word), text.replace(/\n+$/, ''))
  return code === 0 ? plain : `${plain}${plain ? '\n' : ''}[exit ${code}]`
}
