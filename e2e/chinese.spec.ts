// A lab that is started from a Chinese page speaks Chinese: its ticket, tasks, what was seen, its terminal's own lines, its errors and its debrief.
import { expect, expectAccessible, test, themes } from './fixtures.ts'

test('an exercise in Chinese, from the ticket to the debrief', async ({ page, web, lab }) => {
  await page.goto(`${web.url}/zh-CN/labs/sd-selector-typo`)
  await expect(page.getByRole('heading', { name: '立刻被拒绝', level: 1 })).toBeVisible()
  await page.getByRole('button', { name: '启动实验' }).click()
  await expect(page.getByRole('heading', { name: '任务' })).toBeVisible({ timeout: 20_000 })
  await lab.expectScreen(/laptop:~[$#]/)

  await expect(lab.task('web-answers')).toContainText('web 应答 client，20 次里 20 次成功')
  await expect(lab.task('web-answers')).toContainText(/20 次中 20 次连接被拒绝，目标都是 10\.96\./)
  await expect(lab.task('web-answers')).toContainText('client 访问 http://web 仍然靠不住。')
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page)
  }

  await lab.type('exit 3')
  await lab.expectScreen('shell 已退出（退出码 3）；按回车键打开新的 shell')
  await page.getByRole('button', { name: '重新打开' }).click()
  await lab.expectScreen(/laptop:~[$#]\s*$/)

  await lab.type(`kubectl patch service web -p '{"spec":{"selector":{"app":"web"}}}'`)
  await page.getByRole('link', { name: '看复盘' }).click({ timeout: 20_000 })
  await expect(page.getByRole('heading', { name: '一个什么都没匹配到的查询' })).toBeVisible()
  await expect(page.getByRole('heading', { name: '下一个实验' })).toBeVisible()
  await expect(page.locator('.nl')).toHaveText(/\p{Script=Han}/u)
  await expectAccessible(page)

  // the same lab, for a reader of English
  await page.getByRole('link', { name: 'English' }).click()
  await expect(page.getByRole('heading', { name: 'A query that matched nothing' })).toBeVisible()
})

test('a packet is followed in Chinese, and a lab that ends says so', async ({ page, web, lab }) => {
  await page.goto(`${web.url}/zh-CN/labs/sd-selector-typo`)
  await page.getByRole('button', { name: '启动实验' }).click()
  await lab.expectScreen(/laptop:~[$#]/)
  await page.goto(`${web.url}/zh-CN/labs/sd-selector-typo#path`)
  await page.getByRole('combobox', { name: '到', exact: true }).fill('http://no-such-name')
  await page.getByRole('button', { name: '跟踪数据包（算一条提示）' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('没能解析名称')
  await expect(page.locator('.hd .why')).toContainText('没有发出任何包')
  web.podwire('lab', 'stop', web.labs()[0] ?? '')
  await page.getByRole('link', { name: '回到实验' }).click()
  await expect(page.getByText(/实验在 \d\d:\d\d 后停止。输出保留，不能再输入。/)).toBeVisible()
})
