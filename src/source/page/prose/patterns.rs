//! Defines the phrases in which pages state bounds, lists, defaults and conditions,
//! in English and Chinese: each way to write a fact is one pattern. All but the
//! labels and inline lists are matched against folded text.

use super::pattern::{DIGIT, Phrase, narrow, whole};
use crate::source::page::vocabulary::{self as words, Label, fold};

/// The parts that labels cut a description into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Unlabelled,
    Definition,
    Constraints,
    Range,
    Default,
    /// Examples bound nothing.
    Example,
}

/// Each phrase with the words that its matches hold, one of each group at least.
macro_rules! phrases {
    ($($name:ident $(.$case:ident)?: $needs:expr => $text:expr;)*) => {
        $(pub(super) static $name: Phrase =
            Phrase::new($needs, || whole($text), || narrow($text))$(.$case())?;)*

        #[cfg(test)]
        pub(super) const PHRASES: &[(&str, &Phrase)] = &[$((stringify!($name), &$name)),*];
    };
}

const TO: &str = r"\s*(?:to|and|through|-|–|—|~|至|到)\s*";
const NUMBER: &str = r"(-?\d{1,3}(?:,\d{3})+|-?\d+)";
/// The same between two lengths: '36 and 43 characters' may be those of two things.
const UNTIL: &str = r"\s*(?:to|through|-|–|—|~|至|到)\s*";
/// How many: with commas as English writes them.
const COUNT: &str = r"(\d{1,3}(?:,\d{3})+|\d+)";
const TO_WORDS: &[&str] = &["to", "and", "through", "-", "–", "—", "~", "至", "到", ","];
const CHARACTER_WORDS: &[&str] = &[
    "character",
    "chars",
    "digits",
    "byte",
    "字符",
    "字节",
    "length",
    "长度",
];
const ITEM_WORDS: &[&str] = &[
    "item", "element", "entries", "records", "objects", "members", "个", "条",
];
const CHARACTERS: &str = r"(?:个)?(?:(?:unicode|ascii|utf-8|english|visible|printable|hexadecimal) ?)*(?:characters?|chars|digits|bytes?|字符|位字符|字节)";
const ITEMS: &str = r"(?:items?|elements?|entries|records|objects|members|个元素|条记录|个对象|条|个(?:[^字位英中]|$))";

phrases! {
    LENGTH_BETWEEN: &[&[DIGIT], TO_WORDS, CHARACTER_WORDS]
        => &format!(r"{COUNT}{UNTIL}{COUNT}\s*{CHARACTERS}|between {COUNT} and {COUNT}\s*{CHARACTERS}|\[\s*(\d+)\s*,\s*(\d+)\s*\]\s*{CHARACTERS}|(?:字符)?(?:length|长度)[^\d.;]{{0,24}}{COUNT}{UNTIL}{COUNT}|length[^\d.;]{{0,16}} between {COUNT} and {COUNT}");
    LENGTH_MAX: &[&[DIGIT], &["maximum", "at most", "up to", "no more than", "not more than",
        "no longer than", "less than or equal to", "exceed", "最多", "不超过", "不能超过",
        "不得超过", "小于等于", "最大支持", "最大长度"]]
        => &format!(r"(?:maximum of|at most|up to|no more than|not more than|no longer than|less than or equal to|not exceed|exceeds?|最多|不超过|不能超过|不得超过|小于等于|最大支持|最大长度(?:为|是|:)?|maximum length(?: is| of|:)?)\s*{COUNT}(?:\s*{CHARACTERS}|$)");
    LENGTH_MIN: &[&[DIGIT], &["minimum", "at least", "no fewer than", "no less than", "至少",
        "大于等于", "最小长度"]]
        => &format!(r"(?:minimum of|at least|no fewer than|no less than|至少|大于等于|最小长度(?:为|是|:)?|minimum length(?: is| of|:)?)\s*{COUNT}(?:\s*{CHARACTERS}|$)");
    LENGTH_EXACT: &[&[DIGIT], &["character", "chars", "digit", "byte", "字符", "字节", "长度"]]
        => &format!(r"(?:contains?|contain|consists? of|string of|exactly|has|is|with|enter|包含|由)\s*(?:a total of )?{COUNT}\s*{CHARACTERS}|(?:^|\s)(\d+)-(?:character|digit|byte)s?(?:\s|$)|(?:长度)(?:固定)?(?:为|是|:)?\s*(\d+)(?:个?字符|位|$)");
    ITEMS_BETWEEN: &[&[DIGIT], TO_WORDS, &["array", "数组", "item", "element", "entries",
        "records", "objects", "members", "个", "条"]]
        => &format!(r"(?:array length|数组长度|array size|数组大小)\s*:?\s*(\d+){TO}(\d+)|(\d+){TO}(\d+)\s*{ITEMS}");
    ITEMS_MAX: &[&[DIGIT], &["maximum of", "at most", "up to", "no more than", "最多"], ITEM_WORDS]
        => &format!(r"(?:maximum of|at most|up to|no more than|最多)(?:可?(?:包含|支持|传入|添加))?\s*(\d+)\s*{ITEMS}");
    ITEMS_MIN: &[&[DIGIT], &["minimum of", "at least", "至少"], ITEM_WORDS]
        => &format!(r"(?:minimum of|at least|至少)(?:包含)?\s*(\d+)\s*{ITEMS}");
    MINIMUM: &[&[DIGIT], &["minimum", "最小"]]
        => &format!(r"^(?:minimum|minimum value|最小值|最小长度|minimum length)\s*:?\s*{NUMBER}$");
    MAXIMUM: &[&[DIGIT], &["maximum", "最大"]]
        => &format!(r"^(?:maximum|maximum value|最大值|最大长度|maximum length)\s*:?\s*{NUMBER}$");
    RANGE_BETWEEN: &[&[DIGIT], TO_WORDS, &["range", "from", "between", "value:", "范围", "取值",
        "介于", "之间"]]
        => &format!(r"(?:ranges? from|ranging from|value range is|from|between|range is|range:|in the range of|range of|value:|取值范围(?:为|是|:)?|范围(?:为|是|:)?|取值(?:为|是|:)|介于)\s*(?:{NUMBER}{TO}{NUMBER}|\[\s*{NUMBER}\s*(?:,|{TO})\s*{NUMBER}\s*\])|{NUMBER}\s*到\s*{NUMBER}\s*之间");
    BARE_RANGE: &[&[DIGIT], TO_WORDS]
        => &format!(r"^(?:{NUMBER}{TO}{NUMBER}(?:\s+[a-z%/]{{1,12}})?|\[\s*{NUMBER}\s*(?:,|{TO})\s*{NUMBER}\s*\])$");
    RANGE_MIN: &[&[DIGIT], &["greater than or equal to", "not less than", "no less than",
        "大于等于", "不小于", ">="]]
        => &format!(r"(?:greater than or equal to|not less than|no less than|大于等于|不小于|>=)\s*{NUMBER}");
    RANGE_MAX: &[&[DIGIT], &["less than or equal to", "not greater than", "no greater than",
        "小于等于", "不大于", "<="]]
        => &format!(r"(?:less than or equal to|not greater than|no greater than|小于等于|不大于|<=)\s*{NUMBER}");
    // Of what is no number, these count something else: "at most 10 pairs".
    NUMBER_MIN: &[&[DIGIT], &["at least", "minimum", "至少", "最小值"]]
        => &format!(r"(?:at least|minimum of|minimum(?: value)? is|至少|最小值(?:也)?为)\s*{NUMBER}");
    NUMBER_MAX: &[&[DIGIT], &["no more than", "at most", "not exceed", "maximum", "最大值", "不超过",
        "不能超过", "最多"]]
        => &format!(r"(?:no more than|at most|not exceed|maximum of|maximum(?: value)? is|最大值(?:也)?为|不超过|不能超过|最多)\s*{NUMBER}");
    RANGE_ABOVE: &[&[DIGIT], &["greater than", "larger than", "大于"]]
        => &format!(r"(?:greater than|larger than|大于)\s*{NUMBER}");
    RANGE_BELOW: &[&[DIGIT], &["less than", "smaller than", "小于"]]
        => &format!(r"(?:less than|smaller than|小于)\s*{NUMBER}");
    DEFAULT: &[&["default", "默认"]]
        => r#"(?:(?:the|its) default(?: value)?(?: is|:)|defaults to|默认(?:值|取值)?(?:为|是|:))\s*[`"'“]?([a-z0-9_.+\-]{1,64})[`"'”]?$"#;
    LISTED_INLINE.any_case: &[&["value", "option", "following", "枚举值", "可选", "可取值", "有效值", "取值"]]
        => r"(?i)(?:possible values|valid values|supported values|enumeration values|enumerated values|value can be|value is either|the options are|options|one of the following|(?:枚举值|可选值|可取值|有效值|可选|取值范围|取值)(?:为|是)?)(?: are| is| either)?(?: as follows)?\s*[:：]?\s*(.+)$";
    // 'The value is a or b': of many such sentences only a list with 'or' is one.
    LISTED_BY_OR.any_case: &[&["value "], &[" or "]]
        => r"(?i)^(?:the )?value (?:is|must be|should be|can only be|must only be) (?:either )?(.+ or .+)$";
    DEPRECATED: &[&["deprecated", "废弃", "弃用"]]
        => r"deprecated|废弃|弃用";
    // Of what can be this or that it is not known whether that is its value.
    MAY_LIST.any_case: &[&["can be "], &[" or "]]
        => r"(?i)\bcan be (.+ or .+)$";
    IS_ONE.any_case: &[&["value i"]]
        => r"(?i)^the value is ([^ ]+)$";
    ONLY_ONE.any_case: &[&["value can only be ", "只能"]]
        => r"(?i)^(?:(?:the )?value can only be (?:set to )?|(?:取值|该值|值)?只能[为是]\s*)([^\s，,]+)$";
    // Words in front of a list that say what the value is not, or leave the list open.
    FORBIDS: &[&["can't", "not", "unsupported", "disallowed", "prohibited", "forbidden", "reserved",
        "invalid", "exclud", "except", "other than", "unless", "none of", "neither", "不", "禁止",
        "除", "以外", "之外", "保留", "非法", "无效"]]
        => r"\b(?:cannot|can not|can't|must not|may not|should not|not be|not (?:allowed|supported|permitted|include|contain)|unsupported|disallowed|prohibited|forbidden|reserved|invalid|exclud(?:es?|ed|ing)|except|other than|unless|none of|neither)\b|不(?:能|允许|支持|可|得|包含|包括|为)|禁止|除(?:了|以下|外|[^，。]{1,20}外)|以外|之外|保留(?:字|名)|非法|无效";
    HEDGES: &[&["such as", "for instance", "e.g", "example", "not limited to", "例如", "比如", "诸如",
        "示例", "举例", "样例", "如:"]]
        => r"\b(?:such as|for instance|e\.g\b|examples?\b|not limited to)|例如|比如|诸如|示例|举例|样例|如:";
    // Words in front of a list of what is no value of the row.
    OF_OTHERS: &[&["following ", "format", "as follows", "格式", "以下", "如下"]]
        => r"in (?:the |a )?(?:following )?format\b|parameters (?:are )?as follows|格式(?:为|是|:)|following (?:[a-z]+ ){0,2}(?:parameters|fields|attributes|headers|conditions|requirements|operations|apis)\b|(?:以下|如下)(?:参数|字段|条件|操作|接口)";
    CHOICE: &[&["can be", "value", "option", "one of", "可选", "取值", "枚举"]]
        => r"\bvalues? can be|\bvalues?\b[^.]*:$|\boptions?\b|\bone of\b|可选|取值|枚举";
    POINTS_ON: &[&["following", "below", "以下", "如下", "下列", "下面"]]
        => r"following|below|以下|如下|下列|下面";
    DENIED.any_case: &[&[" be ", " i", "不"]]
        => r#"(?i)\b(?:cannot|can not|must not) be (?:set to )?[`"'“]?([a-z0-9_.+\-]{1,64})|(?:^|\s)([a-z0-9_.+\-]{1,64}) is (?:currently |temporarily )?(?:not supported|unsupported)(?:$|[.,;])|(?:不能|不允许|不可|不得)(?:设置|设|取值)?(?:为|是)\s*[`"'“]?([a-z0-9_.+\-]{1,64})|([a-z0-9_.+\-]{1,64})(?:目前|当前)?暂不支持"#;
    // What the meaning of an item begins with, where the value is none to send.
    REFUSED: &[&["not ", "unsupported", "reserved", "不支持", "预留", "保留"]]
        => r"^(?:(?:this value|it) )?(?:is )?(?:currently |temporarily )?(?:not (?:currently |yet )?(?:supported|allowed)|unsupported|reserved)(?:$|[.,;])|^(?:目前|当前)?暂?(?:不支持|预留|保留)(?:该值|此值)?(?:$|[。,;])";
    // A pattern of values, and what stands for no value or for all others.
    PLACEHOLDER: &[&["yyyy", "hh:mm", "mm", "xxx"]]
        => r"yyyy|hh:mm|mmdd|mm-dd|(?:^|[^a-z0-9])xxxx*(?:$|[^a-z0-9])";
    OTHERS: &[&["other", "null", "empty", "blank", "其他", "其它"]]
        => r"^(?:any |all )?others?(?:$| )|^(?:null|empty|blank)$|^(?:其他|其它)";
    // Words of a key that says what a value is, and does not name it.
    DESCRIBES: &[&["id", "value", "string", "integer", "number", "name", "any", "specific",
        "specified", "empty", "null", "blank", "not", "left", "custom", "user-defined", "address",
        "if", "when", "for", "the", "a", "whether", "it", "this"]]
        => r"\b(?:ids?|uuids?|values?|strings?|integers?|numbers?|names?|any|specific|specified|empty|null|blank|not|left|custom|user-defined|address|if|when|for|the|an?|whether|it|this)\b";
    MEANS: &[&[",", "，"], &["表示", "代表", "意为", "indicat", "mean", "represent"]]
        => r"^(\S{1,64}?)\s*[,，]\s*((?:表示|代表|意为|indicat|mean|represent).*)$";
    RESPECTIVELY: &[&[",", "，"], &["分别", "依次", "其中"]]
        => r"^(.+?)\s*[,，]\s*(?:分别|依次|其中).*$";
    // A list in front of its default.
    HEAD_OF_DEFAULT.any_case: &[&["default", "默认"]]
        => r"(?i)^(.+?)\s*(?:[,，;]\s*(?:and )?| and )(?:the )?(?:default(?: value)?(?: is|:)|默认(?:值|取值)?(?:为|是|:|：)).+$";
    // Several values may stand in one text.
    JOINED: &[&["separat", "comma", "逗号", "分隔", "连续端口", "不连续"]]
        => r"separated (?:by|with)|separate (?:multiple|them|values)|\bcommas?\b|逗号|分隔|连续端口|不连续";
    CASE: &[&["case", "大小写"]]
        => r"case.?sensitive|区分大小写|大小写敏感";
    NO_CASE: &[&["case", "大小写"]]
        => r"case.?insensitive|not case.?sensitive|不区分大小写|忽略大小写|大小写不敏感";
    ANNOUNCES: &[&[":"], &["following", "options", "values", "取值", "如下", "枚举值", "可选值", "包括"]]
        => r"(?:following|options|values|取值|如下|枚举值|可选值|包括)[^:]*:$";
    // Words in front of a list that say that its items are values.
    NAMES_VALUES: &[&["value", "option", "one of", "can be", "enum", "following", "值", "可选", "枚举",
        "包括", "以下", "如下"]]
        => r"\bvalues?\b|\boptions?\b|\bone of\b|\bcan be\b|enumerat|following (?:[a-z]+ )?(?:stat|type|mode|level|kind)|值|可选|枚举|包括|以下(?:状态|类型|模式|级别)|(?:状态|类型|模式|级别)如下";
    MEDIA_TYPE.any_case: &[&["/"]]
        => r"(?i)^(?:application|text|multipart|image|audio|video)/[a-z0-9.+\-]+$";
    SUSPECT: &[&[DIGIT, "cannot", "must not", "positive ", "angle brackets", "regex", "^[", "either",
        "fixed ", "正整数", "负数", "固定为", "只支持", "支持“", "二选一", "不能同时", "together with", "mutually exclusive", "at the same time",
        "select", "choose", "不能为空", "character", "maximum", "minimum", "at most",
        "at least", "range of", "one of", "letters", "digits", "regular expression", "start with",
        "字符", "长度", "最大", "最小", "范围", "取值", "最多", "至少", "字母", "正则", "开头"]]
        => r"(?:^|[\s\[(,]|[不勿]超过|[不勿]要超过|^大于(?:等于)?|^小于(?:等于)?|^至多)-?\d+(?:[^\d:]|$)|(?:^|\s)-?\d+: |(?:cannot|must not) (?:be (?:an? )?(?:empty|blank|null|negative)|contain)|positive (?:integer|number)|angle brackets|regex|\^\[|\beither\b.*\bor\b|fixed (?:to|at|as)|正整数|负数|固定为|只支持|支持“|二选一|不能同时|together with|mutually exclusive|at the same time|(?:^|\s)(?:select|choose) |不能为空|character|\b(?:maximum|minimum|at most|at least|range of|one of|letters|digits)\b|regular expression|start with|字符|长度|最大|最小|范围|取值|最多|至少|字母|正则|开头";
    FORMAT: &[&["letters", "digits", "hexadecimal", "multiple of", "format", "格式", "特殊字符",
        "倍数", "regular expression", "start with", "only", "字母", "正则", "开头", "仅", "只能"]]
        => r"\b(?:letters|digits)\b|hexadecimal|multiple of|(?:^|\s)in (?:the |an? )?[^.,]{0,30}\bformat\b|format: |format is |格式|特殊字符|倍数|regular expression|start with|\bonly (?:contain|include|consist|letters?|lower|upper|support|be (?:set|used|one))|(?:contain|include|support|allow)s? only\s|字母|正则|开头|仅(?:支持|允许|能)|只能";
    CONDITION: &[&["mandatory", "required", "must be ", "必选", "必填", "必传", "必须"], &["when",
        "if", "for", "in case", "当", "如果", "若", "时"]]
        => r"(?:(?:^|[(,:] ?|\b(?:is|are|be|also|not) )(?:mandatory|required)|must be (?:set|specified|given))\s*(?:only\s*)?(?:when|if|for|in case)|(?:必选|必填|必传|必须)[^。]{0,12}(?:当|如果|若)|(?:当|如果|若)[^。]{0,60}(?:必选|必填|必传|必须传)|时(?:必选|必填|必传|必须传)";
    // A member that a reply may lack.
    MAY_BE_ABSENT: &[&["option", "return", "display", "availab", "includ", "present", "exist",
        "contain", "provid", "absent", "omit", "返回", "可选", "存在", "显示", "展示", "包含"]]
        => r"\boptional(?: parameter| field| member|[.,;)]|$)|\b(?:returned|displayed|available|included|present|exists?|contained|provided) only\b|\bonly (?:be )?(?:returned|displayed|available|included|present|exists?|contained|provided)\b|\b(?:returned|displayed|available|included|contained|provided) (?:only )?(?:when|if|for|in case)\b|\b(?:when|if|unless)\b[^.]*\b(?:returned?|displayed|included|absent|omitted)\b|\bnot (?:be )?(?:returned|displayed|included|provided|present|contained)\b|\bmay be (?:absent|omitted)\b|(?:仅|只|才|若|如果|当[^前])[^。]{0,40}(?:返回|显示|展示)|时[^。]{0,6}(?:返回|显示|展示)|不(?:会)?(?:返回|显示|展示)|(?:返回|显示|展示|存在|包含)[^。]{0,6}(?:仅当|只有)|仅[^。]{0,30}(?:存在|包含)|可选(?:[^值项择的为是:]|$)";
    // What a row is given for is no condition of its being given.
    PURPOSE: &[&["required for ", "mandatory for "]]
        => r"required for |mandatory for ";
    // Words that introduce something other than a value: 'note: …', 'format: …'.
    WORD_KEY: &[&[":"], &["note", "format", "length", "range", "value", "unit", "default",
        "constraint", "restriction", "character", "minimum", "maximum", "example", "e.g.", "注意",
        "说明", "格式", "长度", "示例", "http"]]
        => r"^(?:note|notes|format|length|range|value|values|unit|default|constraints?|restrictions?|characters?|minimum|maximum|example|examples|e\.g\.|注意|说明|格式|长度|示例|https?)\s*:(?:[^/]|$)";
    CHARACTER_CLASS: &[&["letter", "digit", "character", "hyphen", "underscore", "period",
        "space", "字母", "数字"]]
        => r"^(?:only )?(?:uppercase |lowercase |english )*(?:(?:letter|digit|character|hyphen|underscore|period|space)(?:[^a-z0-9_:]|$)|(?:letters|digits|characters|hyphens|underscores|periods|spaces|字母|数字)(?:\W|$))";
    REFERENCE: &[&["see", "refer to"]]
        => r"^(?:for (?:more )?details(?: (?:of|about) [^,.]*)?, )?(?:see|refer to) [^.]*\.?$";
    TABLE: &[&[DIGIT], &["table", "表"]]
        => r"\btable\s*(\d{1,3})\b|(?:^|[^列])表\s*(\d{1,3})(?:\D|$)";
    CAPITALS: &[&[", ", " or ", "/"]]
        => r"\b[A-Z][A-Z0-9_]+(?:, or |, | or |/)[A-Z][A-Z0-9_]+\b";
    // A bound that holds where something else does is no bound of the row.
    UNDER_CONDITION: &[&["if", "when", "for", "in case", "unless", "except", "in the case", "当", "如果",
        "若", "对于", ": ", "时", "场景", "="]]
        => r"^(?:for|in the case)\s|\b(?:if|when|unless|except|in case)\s|\d(?: [a-z]+)? for\s|^(?:当[^前]|如果|若|对于)|^[a-z0-9_]+ ?= ?[^,]+,|^[a-z][a-z _-]{0,30}: (?:the value|it) |(?:时|场景下?)[,，]";
    CONDITION_BEHIND: &[&["当", "如果", "若"]]
        => r",(?:仅?当[^前]|如果|若)[^,]*$";
    // What is so as a rule, or recommended, may be otherwise.
    HEDGED: &[&["generally", "in general", "usually", "typically", "normally", "in most cases", "mostly",
        "recommend", "suggest", DIGIT, "一般", "通常", "大多",
        "往往", "建议", "推荐", "大约", "约为", "左右"]]
        => r"\b(?:generally|in general|usually|typically|normally|in most cases|mostly|recommend|suggest)|\b(?:about|around|approximately|roughly) \d|一般|通常|大多|往往|建议|推荐|大约|约为|左右";
    // What holds for each of several says nothing about all of them in one text.
    OF_EACH: &[&["each", "every", "per", "每个", "每一", "单个"]]
        => r"\b(?:each|every|per)\s(?:tag )?([a-z]*)|(?:每个|每一|单个)(?:标签)?(值|键)?";
    // A unit behind a number: a text may or may not hold it.
    WITH_UNIT: &[&[DIGIT]]
        => r"\d\s*(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|ms|s|m|h|d|[kmgt]i?b(?:it/s|ps)?|%|天|小时|分钟|秒|毫秒|年|个|条|位|次)(?:[^a-z]|$)";
    // The signs that a sentence leaves to a number.
    NOT_NEGATIVE: &[&["negative", "负"]]
        => r"(?:cannot|must not|can't) be (?:an? )?negative|non-?negative (?:integer|number)|不能为负|不可为负|非负整数";
    POSITIVE: &[&["positive integer", "正整数"]]
        => r"positive integer|正整数";
    // Names such as 'the maximum number of records': no number, and no verb that bounds.
    NAMES_A_THING: &[&["maximum", "minimum", "范围", "最大", "最小"]]
        => r"^(?:(?:specifies|indicates|defines) )?(?:the |an? )?(?:maximum|minimum) (?:number|amount|quantity|time|size|duration|interval|capacity|bandwidth)\b[a-z ,'()/-]*\.?$|^(?:[^:]{2,8}:)?[^\d,;:\x22-\x2f]*(?:时间范围|取值范围|的范围|(?:最大|最小)[^\d,;:]{0,10}(?:大小|内存|数量|个数|数|容量|带宽))$";
    // Words that bound without a number.
    BOUNDS: &[&["is", "are", "be", "must", "can", "only", "should", "not", "than", "equal", "same",
        "为", "是", "须", "不", "只", "仅", "参", "依据", "限", "字符", "长度", "大于", "小于", "等于", "支持", "包"]]
        => r"\b(?:is|are|be|must|can|cannot|only|should|not|than|equals?|same)\b|[为是须不只仅参限包]|依据|字符|长度|大于|小于|等于|支持";
    // Another parameter, or a description, that a sentence is about.
    ABOUT_NAME: &[&["_", "description", "描述"]]
        => r#"^(?:the )?(?:(?:value|length|number) of (?:the )?)?["'“`]?([a-z][a-z0-9]*(?:_[a-z0-9]+)+|description|描述)["'”`]?(?: |的|不|大|小|取|长|最)"#;
    // Nothing but numbers: the words add no more than the type of a number.
    WHOLE_NUMBER: &[&[DIGIT], &["整数"]]
        => r"^(?:仅支持|只支持|只能为|必须为|取值为)?[^,:]*\d[^,:]*的整数$";
    OTHER_MANDATORY: &[&["_"], &["mandatory", "required", "必选", "必填", "必传", "必须"]]
        => r"(?:^|[^a-z0-9_])([a-z][a-z0-9]*(?:_[a-z0-9]+)+)[^a-z0-9]? ?(?:(?:is|are) (?:also )?(?:mandatory|required)|(?:也)?(?:必选|必填|必传|必须))";
    COUNTS_ITEMS: &[&["number", "quantity", "列表长度", "数量", "个数"]]
        => r"(?:number|quantity) of|列表长度|(?:数量|个数)";
    OF_KEYS: &[&["key", "键"]]
        => r"\bkeys?\b|键";
    // A range of characters or numbers, or words that leave a list open.
    NO_VALUE: &[&["-", "etc", "later", "earlier", "above", "below", "higher", "lower", "more", "so on",
        "other", "empty", "blank", "null", "numeric", "case", "positive", "negative", "unique"]]
        => r"^(?:\d+-\d+|[a-z]-[a-z]|etc|later|earlier|above|below|higher|lower|more|so on|others?|empty|blank|null|(?:alpha)?numeric|(?:upper|lower)case|positive|negative|unique)\.?$";
    VALUE_SAID: &[&["value", "值"]]
        => r"value|值";
    NO_TEXT: &[&["empty", "blank", "空"]]
        => r"^(?:empty|blank|an empty (?:string|text)|空|空字符串|空值)$";
    BYTES: &[&[DIGIT], &["byte", "字节"]]
        => r"\d\s*(?:bytes?|字节)";
    OF_CHARACTERS: &[&["character", "chars", "digits", "byte", "字符", "字节"]]
        => r"characters?|chars|digits|bytes?|字符|字节";
    CHARACTERS_SAID: &[CHARACTER_WORDS]
        => r"character|length|chars|digits|bytes?|字符|长度|字节";
    MENTION: &[&["_"], &["if", "when", "unless", "with", "parameter", "field", "value of", "当",
        "如果", "参数"]]
        => r"(?:\b(?:if|when|unless|with|parameter|field|value of)\s+|(?:当|如果|参数)\s*)([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\b";
}

/// The names in `if some_name is …`: parameters that a sentence speaks of.
pub(in crate::source::page) fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    let names = MENTION.captures_iter(text);
    names.filter_map(|groups| groups.get(1).map(|name| name.as_str()))
}

/// The numbers of the tables that a folded text refers to.
pub(in crate::source::page) fn tables(folded: &str) -> impl Iterator<Item = u32> {
    TABLE.captures_iter(folded).filter_map(|groups| {
        let number = groups.get(1).or_else(|| groups.get(2))?;
        number.as_str().parse().ok()
    })
}

/// A folded text without the numbers of tables, which bound nothing.
pub(super) fn without_tables(folded: &str) -> String {
    let mut text = folded.to_owned();
    for groups in TABLE.captures_iter(folded) {
        if let Some(found) = groups.get(0) {
            text = text.replace(found.as_str(), " ");
        }
    }
    text
}

/// The label that a paragraph begins with, and the text behind it.
pub(super) fn label(text: &str) -> Option<(Part, String)> {
    let plain = text.replace("**", "");
    let (head, rest) = match plain.split_once([':', '：']) {
        Some((head, rest)) => (head, rest.trim()),
        None => (plain.as_str(), ""),
    };
    let part = match words::label(&fold(head))? {
        Label::Definition => Part::Definition,
        Label::Constraints => Part::Constraints,
        Label::Range => Part::Range,
        Label::Default => Part::Default,
        Label::Example => Part::Example,
    };
    Some((part, rest.to_owned()))
}

/// Labels that may stand inside a paragraph, as pages write them.
const INLINE_LABELS: [&str; 38] = [
    "Definition",
    "Explanation",
    "Parameter Description",
    "Parameter description",
    "Constraint",
    "Constraints",
    "Restriction",
    "Restrictions",
    "Range",
    "Value Range",
    "Value range",
    "Default",
    "Default Value",
    "Default value",
    "Enumeration Values",
    "Enumeration values",
    "Enumeration value",
    "Enumerated values",
    "Options",
    "Minimum",
    "Minimum Value",
    "Minimum value",
    "Maximum",
    "Maximum Value",
    "Maximum value",
    "Array Length",
    "Array length",
    "参数解释",
    "约束限制",
    "默认取值",
    "默认值",
    "枚举值",
    "最小值",
    "最大值",
    "最小长度",
    "最大长度",
    "数组长度",
    "取值范围",
];

/// Where the label begins that the colon behind `head` ends, its stars included.
pub(super) fn label_start(head: &str) -> Option<usize> {
    let head = head.trim_end();
    let head = head.strip_suffix("**").map_or(head, str::trim_end);
    let label = INLINE_LABELS
        .iter()
        .filter(|label| head.ends_with(*label))
        .max_by_key(|label| label.len())?;
    let before = &head[..head.len() - label.len()];
    let stars = before.trim_end().strip_suffix("**");
    Some(stars.map_or(before.len(), str::len))
}

/// Cuts a paragraph in front of labels that stand inside it.
pub(super) fn at_labels(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let colons = text.match_indices([':', '：']);
    for found in colons.filter_map(|(colon, _)| label_start(&text[..colon])) {
        let before = text[..found].chars().next_back();
        // "the Constraints:" in a sentence is no label; behind white space or a stop it is.
        let parts_here = before
            .is_none_or(|c| c.is_whitespace() || matches!(c, '.' | '。' | ';' | '；' | ')' | '）'));
        if parts_here && found > start {
            pieces.push(text[start..found].trim());
            start = found;
        }
    }
    pieces.push(text[start..].trim());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Whether a paragraph is the line of a bound: `Minimum: 1`, `Array Length: 0 - 9`.
pub(super) fn is_bound(folded: &str) -> bool {
    [&MINIMUM, &MAXIMUM, &ITEMS_BETWEEN]
        .iter()
        .any(|pattern| pattern.is_match(folded))
}

/// Whether what a folded sentence bounds need not hold: it names a condition, or hedges.
pub(super) fn is_loose(folded: &str) -> bool {
    [&UNDER_CONDITION, &HEDGED]
        .iter()
        .any(|pattern| pattern.is_match(folded))
}

/// Whether a sentence is the name of something largest or smallest, and bounds nothing.
pub(super) fn names_a_thing(folded: &str) -> bool {
    NAMES_A_THING.is_match(folded) && !BOUNDS.is_match(folded)
}

/// Longest bracket that holds a sentence together.
const MAX_BRACKET: usize = 200;

/// Sentences, and what semicolons separate; a bracket is not cut.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            '。' | ';' | '；' | '.' if c != '.' || text[end..].starts_with(' ') => {
                let mut behind = text[end..].chars().take(MAX_BRACKET);
                if depth > 0 && behind.any(|c| matches!(c, ')' | '）')) {
                    continue;
                }
                depth = 0;
                parts.push(&text[start..if c == '.' { end } else { at }]);
                start = end;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    let parts = parts.into_iter().map(str::trim);
    parts.filter(|sentence| !sentence.is_empty())
}

/// Parts of a Chinese sentence, each with the sentence as far as it: a full-width comma
/// in front of Chinese ends one.
pub(super) fn clauses(sentence: &str) -> Vec<(&str, &str)> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, comma) in sentence.match_indices('，') {
        let behind = &sentence[at + comma.len()..];
        if behind.starts_with(|c: char| ('一'..='龥').contains(&c)) {
            let end = at + comma.len();
            parts.push((&sentence[start..at], &sentence[..end]));
            start = end;
        }
    }
    parts.push((&sentence[start..], sentence));
    parts
}

/// The numbers of a match: its groups that took part, which must be `N` and fit.
pub(super) fn numbers<const N: usize>(pattern: &Phrase, text: &str) -> Option<[i64; N]> {
    let groups = pattern.captures(text)?;
    // The digits of a fraction are no whole number.
    let is_whole = |start: usize, end: usize| {
        let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        let fraction = text[end..].strip_prefix('.').is_some_and(digit);
        let of_fraction = text[..start]
            .strip_suffix('.')
            .is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()));
        !fraction && !of_fraction
    };
    let found: Option<Vec<i64>> = groups
        .iter()
        .skip(1)
        .flatten()
        .map(|group| {
            let number = group.as_str().replace(',', "").parse().ok();
            number.filter(|_| is_whole(group.start(), group.end()))
        })
        .collect();
    found?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_inside_a_line_cut_it() {
        assert_eq!(
            at_labels(
                "Definition: The kind. **Constraints**: N/A Value range: a Default Value: N/A"
            ),
            [
                "Definition: The kind.",
                "**Constraints**: N/A",
                "Value range: a",
                "Default Value: N/A"
            ]
        );
        assert_eq!(
            at_labels("参数解释：类型。 取值范围：1-2"),
            ["参数解释：类型。", "取值范围：1-2"]
        );
        assert_eq!(at_labels("Range: 1-2"), ["Range: 1-2"]);
    }
}
