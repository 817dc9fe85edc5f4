"""Folding: one spelling for what readers take as the same, with a map back to the original text.

Deletes what is invisible or optional (soft hyphens, joiners, direction marks, tatweel, vowel points,
combining accents), unescapes left-over HTML entities, sets a space between the characters of Chinese and
Japanese, each of which is a word to all that follows, and unifies case, accents, quotes, hyphens, spaces,
digits, Arabic letter variants and Chinese characters one to one. Only deletions, entities and these spaces
shift offsets, so the map back is a list of breakpoints.
"""

import functools
import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

# Ranges whose letters occur in names and cues: Latin, Greek, Cyrillic, Hebrew, Arabic and their presentation
# forms.
_RANGES = (
    (0x00, 0x590),
    (0x5D0, 0x600),
    (0x600, 0x780),
    (0x1E00, 0x2000),
    (0xFB1D, 0xFB50),
    (0xFB50, 0xFE00),
    (0xFE70, 0xFF00),
    (0xFF01, 0xFF5F),
)
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200d\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u0640"
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
)
# It begins with a character set, which makes the search fast.
_CHANGES_LENGTH = re.compile(
    f"[&{_INVISIBLE}{_MARKS}]"
    f"(?:(?<=&)(?:#[0-9]{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z]{{2,8}});|(?<!&)[{_INVISIBLE}{_MARKS}]*)"
)
# Characters of scripts that set no spaces: kana, and the ideographs of Chinese and Japanese.
UNSPACED = "\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_UNSPACED = re.compile(f"[{UNSPACED}]")
# Between two words where a space is missing: before or after such a character, or after its punctuation.
_SEAM = re.compile(
    rf"(?:(?<=[{UNSPACED}])(?=\w)|(?<=\w)(?=[{UNSPACED}])|(?<=[\u3001\u3002\uff0c\uff1a\uff1b\uff01\uff1f\uff09])(?=\w))"
    f"|{_CHANGES_LENGTH.pattern}"
)
# Characters that are written in two ways, traditional before simplified, of those in names and cues.
_TRADITIONAL = """
亞亚 佈布 佔占 併并 來来 係系 俠侠 倉仓 個个 們们 倫伦 偉伟 側侧 偵侦 傑杰 傘伞 備备
傳传 債债 傷伤 僅仅 僑侨 價价 儀仪 億亿 優优 儲储 兒儿 內内 兩两 冊册 凍冻 凱凯 別别
則则 剛刚 創创 劃划 劇剧 劉刘 劍剑 動动 務务 勝胜 勞劳 勢势 勵励 勸劝 區区 協协 卻却
厭厌 參参 吳吴 員员 問问 啟启 喪丧 單单 嗎吗 嘗尝 嚴严 國国 圍围 園园 圖图 團团 執执
堅坚 報报 場场 塊块 墜坠 壇坛 壓压 壞坏 壽寿 夢梦 夾夹 奪夺 妝妆 婦妇 媽妈 孫孙 學学
宮宫 寢寝 實实 寧宁 審审 寫写 寬宽 寶宝 將将 專专 尋寻 對对 導导 層层 屬属 島岛 嶺岭
帥帅 師师 帶带 幫帮 幹干 庫库 廣广 廳厅 張张 強强 彈弹 彥彦 後后 徑径 從从 復复 徵征
徹彻 恆恒 悅悦 惡恶 愛爱 態态 慘惨 慣惯 慮虑 慶庆 憂忧 憑凭 憲宪 應应 懷怀 戀恋 戰战
戲戏 戶户 掃扫 揚扬 換换 損损 搖摇 撐撑 擇择 擊击 擔担 據据 擬拟 擴扩 擺摆 攔拦 攜携
攝摄 敗败 敘叙 敵敌 數数 斷断 於于 時时 晉晋 暫暂 曆历 書书 會会 東东 條条 極极 構构
槍枪 樂乐 樓楼 標标 樞枢 樣样 機机 檢检 權权 歐欧 歡欢 歲岁 歷历 歸归 殘残 殺杀 毀毁
氣气 決决 沒没 況况 淚泪 淨净 淺浅 減减 測测 湯汤 準准 溝沟 滅灭 滿满 漢汉 潛潜 澤泽
濟济 灣湾 災灾 為为 烏乌 無无 煩烦 熱热 燈灯 爭争 爺爷 爾尔 牽牵 犧牺 狀状 獎奖 獨独
獲获 獻献 現现 環环 產产 畢毕 畫画 異异 當当 療疗 發发 盜盗 盡尽 監监 盤盘 盧卢 眾众
礎础 礦矿 禍祸 禮礼 稅税 稱称 積积 穩稳 窮穷 競竞 筆笔 節节 範范 築筑 簡简 簽签 籌筹
籲吁 糧粮 紀纪 約约 紅红 納纳 紐纽 純纯 級级 紛纷 紮扎 細细 終终 組组 結结 絕绝 絡络
給给 統统 絲丝 經经 綜综 綠绿 維维 網网 緊紧 緒绪 線线 編编 緩缓 緬缅 縣县 縮缩 縱纵
總总 績绩 織织 繞绕 繳缴 繼继 續续 罰罚 罷罢 羅罗 羣群 義义 習习 聖圣 聞闻 聯联 聰聪
聲声 職职 聽听 肅肃 脅胁 腦脑 腳脚 膽胆 臨临 與与 興兴 舉举 舊旧 舘馆 艦舰 艱艰 華华
萬万 葉叶 著着 蔣蒋 薩萨 藍蓝 藝艺 藥药 蘇苏 蘭兰 處处 號号 虧亏 蟲虫 衆众 術术 衛卫
衝冲 裏里 補补 裝装 裡里 製制 複复 襲袭 見见 規规 視视 親亲 覺觉 覽览 觀观 訂订 計计
訊讯 討讨 訓训 託托 記记 訪访 設设 許许 訴诉 診诊 評评 詞词 詢询 試试 話话 該该 詳详
誇夸 誌志 認认 語语 誠诚 誤误 說说 誰谁 課课 調调 談谈 請请 諒谅 論论 諜谍 諸诸 諾诺
謀谋 謊谎 講讲 謝谢 證证 識识 譯译 議议 譴谴 護护 譽誉 讀读 變变 讓让 讚赞 豐丰 貝贝
負负 財财 貢贡 貨货 販贩 貪贪 貫贯 責责 貴贵 買买 貸贷 費费 貿贸 賀贺 資资 賓宾 賞赏
賠赔 質质 賴赖 購购 賽赛 贈赠 贊赞 贏赢 贖赎 趕赶 趙赵 跡迹 踐践 車车 軌轨 軍军 軟软
較较 載载 輕轻 輛辆 輝辉 輪轮 輸输 轉转 轟轰 辦办 農农 這这 連连 週周 進进 遊游 運运
過过 達达 違违 遠远 適适 遲迟 遷迁 選选 遺遗 邁迈 還还 邊边 郵邮 鄧邓 鄭郑 鄰邻 醫医
釋释 針针 鈔钞 銀银 銷销 鋒锋 鋼钢 錄录 錢钱 錦锦 錯错 鍵键 鎖锁 鎮镇 鐵铁 長长 門门
閃闪 閉闭 開开 間间 闆板 闊阔 關关 闡阐 陣阵 陰阴 陳陈 陸陆 陽阳 隊队 階阶 際际 隨随
險险 隱隐 隸隶 雖虽 雙双 雜杂 雞鸡 離离 難难 雲云 電电 霧雾 靈灵 靜静 鞏巩 韋韦 韓韩
響响 頁页 頂顶 項项 順顺 須须 預预 頒颁 頓顿 領领 頭头 題题 額额 顏颜 願愿 類类 顧顾
風风 飛飞 飯饭 飲饮 飽饱 養养 館馆 馬马 馳驰 駁驳 駐驻 駕驾 騙骗 騰腾 驅驱 驗验 驚惊
體体 鬥斗 鬧闹 魚鱼 魯鲁 鮮鲜 鳥鸟 鹽盐 麗丽 麥麦 黃黄 點点 黨党 齊齐 齋斋 齡龄 龍龙
"""
_LETTERS = {
    **dict.fromkeys("\u064a\u0649\u0626\u06cc\u06d2\u06d0", "\u064a"),  # yeh in all its forms
    **dict.fromkeys("\u06a9\u06aa", "\u0643"),  # kaf
    **dict.fromkeys("\u0623\u0625\u0622\u0671", "\u0627"),  # alef
    **dict.fromkeys("\u0629\u06c1\u06be\u06d5\u06c0\u06c2", "\u0647"),  # heh, teh marbuta
    "\u0624": "\u0648",
    "\u0131": "i",
    "\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00f0": "d",
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u02bb\u02bf\u02be\u05f3\u0060\u00b4\u2032\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u05f4\u2033\uff02", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u05be\uff0d", "-"),
    **dict.fromkeys("\u2013\u2014\u2015\u2212", "\u2014"),
    # a zero-width non-joiner separates the parts of a Persian word as a space would
    **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
                    "\u202f\u205f\u3000\u200c\t\r\x0b\x0c", " "),
    **dict.fromkeys("\u2028\u2029\x85", "\n"),
    "\u3001": ",", "\u3002": ".",
    **dict.fromkeys("\u300a\u300b\u300c\u300d\u300e\u300f", '"'),
    **dict.fromkeys("\u2027\u30fb\uff65", "\u00b7"),
    **{pair[0]: pair[1] for pair in _TRADITIONAL.split()},
}  # fmt: skip

_ODD_ASCII = re.compile(r"[`\t\r\x0b\x0c]")
# ASCII but what `str.lower` alone does not fold, or what may change the length.
_PLAIN = bytes(code for code in range(0x80) if chr(code) not in "&`\t\r\x0b\x0c")
_MAX_ODD = 64  # distinct characters that are replaced one after the other
_MAX_BYTES_PER_CHARACTER = 1.1


@functools.cache
def _table() -> dict[int, str]:
    """The one-to-one map, for `str.translate`."""
    table = {}
    for low, high in _RANGES:
        for code in range(low, high):
            folded = _one(chr(code))
            if folded != chr(code):
                table[code] = folded
    table.update({ord(source): target for source, target in _LETTERS.items()})
    # A lone surrogate is no character; the automaton could not read it.
    table.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))
    return table


def _one(char: str) -> str:
    if char in _LETTERS:
        return _LETTERS[char]
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.digit(char))
    letter = _LETTERS.get(bare, bare) if len(bare) == 1 else char
    lower = letter.lower()
    return _LETTERS.get(lower, lower) if len(lower) == 1 else letter


@dataclass(frozen=True)
class Folded:
    """A folded text; `source` maps its offsets to code points of the original, `folded` maps them back."""

    text: str
    starts: tuple[int, ...]  # folded offsets at which a shift begins
    shifts: tuple[int, ...]  # original offset minus folded offset, from there on

    @functools.cached_property
    def original_starts(self) -> tuple[int, ...]:
        """Offsets into the original text at which a shift begins."""
        return tuple(map(sum, zip(self.starts, self.shifts, strict=True)))

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text whose characters fold to text[start:end], which is not empty."""
        if not self.starts:
            return start, end
        return self._back(start), self._back(end - 1) + 1

    def _back(self, offset: int) -> int:
        index = bisect_right(self.starts, offset) - 1
        return offset + (self.shifts[index] if index >= 0 else 0)

    def folded(self, offset: int) -> int:
        """The first folded offset that comes from `offset` of the original text or later."""
        if not self.starts:
            return offset
        index = bisect_right(self.original_starts, offset) - 1
        following = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        return min(offset - (self.shifts[index] if index >= 0 else 0), following)


def fold(text: str) -> Folded:
    """`text` folded, with its map back."""
    odd = _odd_characters(text)
    changes = _SEAM if _UNSPACED.search(text if odd is None else odd) else _CHANGES_LENGTH
    if odd is not None and "&" not in odd and changes is not _SEAM and not changes.search(odd):
        return Folded(_translate(text, odd), (), ())
    pieces: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    length = position = 0
    for match in changes.finditer(text):
        piece, added = text[position : match.start()], _entity(match.group()) if match.group() else " "
        pieces += (piece, added)
        length += len(piece)
        for index in range(len(added)):  # it comes from the first character of an entity, or what follows
            starts.append(length + index)
            shifts.append(match.start() - length - index)
        length += len(added)
        position = match.end()
        starts.append(length)
        shifts.append(position - length)
    pieces.append(text[position:])
    joined = "".join(pieces)
    return Folded(_translate(joined, _odd_characters(joined)), tuple(starts), tuple(shifts))


def _odd_characters(text: str) -> str | None:
    """The distinct characters of mostly ASCII text that are odd; None for other text."""
    encoded = text.encode("utf-8", "surrogatepass")
    if len(encoded) > len(text) * _MAX_BYTES_PER_CHARACTER:
        return None
    odd = "".join(dict.fromkeys(encoded.translate(None, _PLAIN).decode("utf-8", "surrogatepass")))
    return odd if len(odd) <= _MAX_ODD else None


def _translate(text: str, odd: str | None) -> str:
    """`text` through the table; of mostly ASCII text the odd characters alone, because a dictionary lookup
    per character is slow."""
    table = _table()
    if odd is None:
        return text.translate(table)
    for character in odd:
        text = text.replace(character, table.get(ord(character), character))
    return text.lower()


def _entity(piece: str) -> str:
    """The character that an entity stands for, or nothing where it is invisible, as for a run of invisible
    characters; `piece` itself where it is no entity."""
    if piece[0] != "&":
        return ""
    plain = html.unescape(piece)
    if len(plain) != 1:
        return piece
    return "" if _CHANGES_LENGTH.match(plain) else plain


def fold_surface(text: str) -> str:
    """A surface form of a watch or lexicon as it is searched for: folded, with single spaces."""
    if text.isascii() and not _ODD_ASCII.search(text) and "&" not in text:
        folded = text.lower()
    elif _CHANGES_LENGTH.search(text) or _UNSPACED.search(text):
        folded = fold(text).text
    else:  # as `fold`, without the map back
        folded = _translate(text, _odd_characters(text))
    return " ".join(folded.split())
