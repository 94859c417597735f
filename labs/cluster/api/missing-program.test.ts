import { expect, test } from 'vitest'
import { missingProgram } from './missing-program.ts'

test('a program that is not there is told from what programs print', () => {
  const say = (text: string) => missingProgram('nope', Buffer.from(text))
  expect(say('exec: "nope": executable file not found in $PATH\n')).toBe('exec: "nope": executable file not found in $PATH')
  expect(say('exec: "other": executable file not found in $PATH\n')).toBeUndefined()
  expect(say('exec: "nope": executable file not found in $PATH\nmore')).toBeUndefined()
  expect(missingProgram('/nope', Buffer.from('exec: "/nope": No such file or directory\r\n'))).toBe(
    'exec: "/nope": stat /nope: no such file or directory',
  )
})
