import { describe, expect, it } from 'vitest'
import { parseConsoleBlock } from './console-block.ts'
import { compareTranscript } from './transcript.ts'

describe('compareTranscript', () => {
  it('takes placeholders, and column widths that follow the values', () => {
    expect(
      compareTranscript(
        'NAME   READY   AGE\nweb-<any>   1/1   <age>   <ip>',
        'NAME                  READY   AGE\nweb-6d4c-abcde        1/1     3m2s   10.244.1.7',
      ),
    ).toEqual([])
    expect(compareTranscript('<3±1> rows', '4 rows')).toEqual([])
  })
  it('tells where page and truth differ', () => {
    expect(compareTranscript('ok', 'refused')).toEqual([{ line: 1, printed: 'ok', real: 'refused' }])
    expect(compareTranscript('a\nb', 'a')).toEqual([{ line: 2, printed: 'b', real: undefined }])
    expect(compareTranscript('a', 'a\nb')).toEqual([{ line: 2, printed: undefined, real: 'b' }])
    expect(compareTranscript('<3±1> rows', '5 rows')).toHaveLength(1)
    expect(compareTranscript('<ip>', '10.244.1')).toHaveLength(1)
  })
  it('takes regular expression signs literally', () => {
    expect(compareTranscript('-A KUBE-SVC (1) [2] .*', '-A KUBE-SVC (1) [2] xx')).toHaveLength(1)
  })
})

describe('parseConsoleBlock', () => {
  it('splits commands and output', () => {
    expect(parseConsoleBlock('on=worker static', '$ ip route \\\n>   get 1.1.1.1\nunreachable\n$ true', 'x.mdx', 7)).toEqual({
      on: 'node/worker',
      static: true,
      line: 7,
      commands: [
        { command: 'ip route \\\n  get 1.1.1.1', output: 'unreachable' },
        { command: 'true', output: '' },
      ],
    })
  })
  it('names file and line of what is wrong', () => {
    expect(() => parseConsoleBlock('', 'no command', 'x.mdx', 7)).toThrow('x.mdx:8: output stands before the first command')
    expect(() => parseConsoleBlock('where=worker', '$ true', 'x.mdx', 7)).toThrow('x.mdx:7: "where=worker" is not an attribute')
  })
})
