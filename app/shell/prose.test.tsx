import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Inline, Prose } from './prose.tsx'

const inline = (text: string) => renderToStaticMarkup(<Inline text={text} />)
const prose = (text: string) => renderToStaticMarkup(<Prose text={text} />)

test('inline marks become elements', () => {
  expect(inline('Ask `web`, **then** *wait*.')).toBe('Ask <code>web</code>, <b>then</b> <em>wait</em>.')
  expect(inline('see [the report](https://example.org/a?b=1)')).toContain('href="https://example.org/a?b=1"')
})

test('text stays text: no HTML, no script links', () => {
  expect(inline('<b>no</b> [x](javascript:alert(1))')).toBe('&lt;b&gt;no&lt;/b&gt; [x](javascript:alert(1))')
})

test('stars in commands are not emphasis', () => {
  expect(inline('rate 2 * 3 * 4')).toBe('rate 2 * 3 * 4')
})

test('blocks: paragraphs, lists, fences with blank lines', () => {
  expect(prose('One\nline.\n\n- a\n- `b`')).toBe('<p>One line.</p><ul><li>a</li><li><code>b</code></li></ul>')
  expect(prose('Before\n\n```\na\n\nb\n```\n\nAfter')).toBe('<p>Before</p><pre>a\n\nb</pre><p>After</p>')
})
