import { describe, expect, it } from 'vitest'
import { findImage, imagePrograms, parseImage, pullFailure } from './images.ts'

describe('images', () => {
  it('completes references as docker does', () => {
    expect(parseImage('nginx')?.full).toBe('docker.io/library/nginx:latest')
    expect(parseImage('nicolaka/netshoot:v0.13')?.full).toBe('docker.io/nicolaka/netshoot:v0.13')
    expect(parseImage('localhost:5000/app')?.full).toBe('localhost:5000/app:latest')
    expect(parseImage('No Such')).toBeUndefined()
  })

  it('finds every image it offers by the reference it has on kind', () => {
    for (const program of imagePrograms) expect(findImage(program.kind)?.program).toBe(program)
  })

  it('fails for unknown images and for tags that look like typos', () => {
    expect(findImage('redis:7')).toBeUndefined()
    expect(findImage('nginx:lates')).toBeUndefined()
    expect(findImage('nginx:1.27-alpine')).toBeDefined()
    expect(pullFailure('nginx:lates')).toMatch(/docker\.io\/library\/nginx:lates: not found$/)
    expect(pullFailure('redis:7')).toContain('images in this lab')
    expect(pullFailure('A b')).toContain('invalid reference format')
  })
})
