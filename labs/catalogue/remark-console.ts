// A remark plugin: ```console fences become <Console block={…}/>, so that the page can run them and the tests can too.
import type { Code, Root } from 'mdast'
import { visit } from 'unist-util-visit'
import type { ConsoleBlock } from '../spec/lesson.ts'
import { parseConsoleBlock } from './console-block.ts'

export interface RemarkConsoleOptions {
  /** the lesson's path, for errors */
  file: string
  onBlock(block: ConsoleBlock): void
}

export function remarkConsole({ file, onBlock }: RemarkConsoleOptions) {
  return (tree: Root) => {
    visit(tree, 'code', (node: Code, index, parent) => {
      if (node.lang !== 'console' || !parent || index === undefined) return
      const block = parseConsoleBlock(node.meta ?? '', node.value, file, node.position?.start.line ?? 1)
      onBlock(block)
      // the block travels as a string attribute: MDX expression attributes would need an estree of their own
      const element = {
        type: 'mdxJsxFlowElement',
        name: 'Console',
        attributes: [{ type: 'mdxJsxAttribute', name: 'block', value: JSON.stringify(block) }],
        children: [],
      }
      parent.children[index] = element as unknown as Code
    })
  }
}
