import { expect, test } from 'vitest'
import { bwrapArguments, chooseIdMapping, findProgram, findSubordinateIds } from './sandbox-recipe.ts'

const user = { name: 'ada', uid: 1000 }

test('subordinate ids are found by name and by number, and too few are none', () => {
  expect(findSubordinateIds('bob:100000:65536\nada:165536:65536\n', user)).toEqual({ start: 165536, count: 65535 })
  expect(findSubordinateIds('1000:300000:2000', user)).toEqual({ start: 300000, count: 2000 })
  expect(findSubordinateIds('ada:165536:10\nada:400000:70000', user)).toEqual({ start: 400000, count: 65535 })
  expect(findSubordinateIds('adam:165536:65536\nada:x:y\n\nada', user)).toBeUndefined()
  expect(findSubordinateIds('', user)).toBeUndefined()
})

test('root maps a range of its own; a user without subordinate ids a single one', () => {
  expect(chooseIdMapping({ name: 'root', uid: 0 })).toEqual({ kind: 'root' })
  expect(chooseIdMapping({ name: 'no-such-user', uid: 54321 })).toEqual({ kind: 'single' })
})

test('programs are found in PATH, then in the usual folders', () => {
  expect(findProgram('sh', '/nowhere')).toBe('/usr/bin/sh')
  expect(findProgram('no-such-program-x')).toBeUndefined()
})

test('the maps descriptor is named only when someone else writes the maps', () => {
  const options = { assets: '/a', hostname: 'lab', infoFd: 4 }
  expect(bwrapArguments({ ...options, mapsWrittenFd: undefined })).not.toContain('--userns-block-fd')
  const args = bwrapArguments({ ...options, mapsWrittenFd: 5 })
  expect(args[args.indexOf('--userns-block-fd') + 1]).toBe('5')
  expect(args.at(-1)).toBe('/lab/bin/labinit')
  // every file system in memory has a size, and what has none is read-only before the student comes
  expect(args.filter((arg) => arg === '--tmpfs').length).toBe(args.filter((arg) => arg === '--size').length)
  expect(args.join(' ')).toContain('--remount-ro /dev --remount-ro /')
})
