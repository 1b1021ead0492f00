//! Tells calls that print a number from calls that are code or a configuration.

use super::draft::Draft;
use super::name::Name;
use super::noise;
use super::token::Kind;
use super::words::meaning;

/// Calls that print a number: `tensor(0.5, device='cuda:0')`.
const WRAPPERS: &[&str] = &[
    "tensor",
    "torch.tensor",
    "array",
    "np.array",
    "Array",
    "np.float32",
    "np.float64",
    "numpy.float32",
    "float",
    "tf.Tensor",
    "Tensor",
    "DeviceArray",
    "Decimal",
    "Parameter",
    "Variable",
    "float32",
    "float64",
];

/// Calls that print names with numbers.
const HOLDERS: &[&str] = &[
    "dict",
    "OrderedDict",
    "defaultdict",
    "AttrDict",
    "EasyDict",
    "Box",
    "array",
    "INFO",
];

/// Takes calls away from the rules: `Namespace(epochs=5)` is a configuration, and
/// `main(step=5)` is code.
pub fn hide(draft: &mut Draft) {
    let mut at = 0;
    while at < draft.tokens.len() {
        let end = match draft.kind(at) {
            Kind::Word => code(draft, at),
            _ => None,
        };
        if let Some(end) = end {
            draft.take(at..end);
        }
        at = end.unwrap_or(at + 1);
    }
}

/// The end of a call's brackets, which hold code or a configuration, not a report.
fn code(draft: &Draft, at: usize) -> Option<usize> {
    let name = draft.word(at);
    let call = draft.is(at + 1, '(') && draft.glued(at + 1);
    if !call || WRAPPERS.contains(&name) || HOLDERS.contains(&name) {
        return None;
    }
    if meaning(name).is_some() && matches!(draft.kind(at + 2), Kind::Number) {
        return None;
    }
    let mut depth = 0usize;
    for next in at + 1..draft.tokens.len() {
        match draft.kind(next) {
            Kind::Mark('(') => depth += 1,
            Kind::Mark(')') => {
                depth -= 1;
                if depth == 0 {
                    return Some(next + 1);
                }
            }
            _ => {}
        }
    }
    Some(draft.tokens.len())
}

/// The first token of the expression that holds the number at `at`: itself, its quote,
/// `[0.5]`, `tensor([0.5], device=…)`.
pub fn wrapped(draft: &Draft, at: usize) -> usize {
    let (mut begin, mut behind) = (at, at + 1);
    for _ in 0..4 {
        let Some(before) = begin.checked_sub(1) else {
            break;
        };
        let quote = matches!(draft.kind(before), Kind::Mark('\'' | '"'))
            && draft.kind(before) == draft.kind(behind);
        let list = draft.is(before, '[') && (draft.is(behind, ']'));
        let call = draft.is(before, '(') && matches!(draft.kind(behind), Kind::Mark(')' | ','));
        let wrapper =
            call && before > 0 && draft.glued(before) && WRAPPERS.contains(&draft.word(before - 1));
        let tuple = call
            && before > 0
            && matches!(draft.kind(before - 1), Kind::Mark(':' | '='))
            && (draft.is(behind, ')') || draft.is(behind + 1, ')'));
        if wrapper {
            begin = before - 1;
        } else if quote || list || tuple {
            begin = before;
        } else {
            break;
        }
        behind += 1;
    }
    begin
}

/// `train.py:88`, `(train:634)` and `train:88 - …`: where a logger was called, not a value.
pub fn names_a_place(draft: &Draft, name: Name, at: usize) -> bool {
    let text = &draft.text[name.start..name.end];
    let value = draft.tokens[at];
    let file = text.rsplit_once('.').is_some_and(|(_, ending)| {
        [
            "py", "cc", "cpp", "c", "h", "rs", "go", "js", "ts", "jl", "lua", "ipynb", "java", "cu",
        ]
        .contains(&ending)
    });
    let glued = draft.text[name.end..value.start] == *":";
    if !(glued || file)
        || !draft.text[value.start..value.end]
            .bytes()
            .all(|b| b.is_ascii_digit())
    {
        return false;
    }
    let bracketed = name.first > 0
        && matches!(draft.kind(name.first - 1), Kind::Mark('(' | '['))
        && matches!(draft.kind(at + 1), Kind::Mark(')' | ']'));
    let chained = name.first > 0 && draft.is(name.first - 1, ':') && draft.glued(name.first);
    // `src.trainer:88 - Epoch 2`, `main:42: g_loss 0.5`: before anything is told.
    let parted = draft.is(at + 1, '-') && draft.gap(at + 1) == " " && draft.gap(at + 2) == " "
        || draft.is(at + 1, ':') && draft.glued(at + 1) && !draft.glued(at + 2);
    let leads = parted && (0..name.first).all(|i| draft.kind(i) != Kind::Used);
    let measures = noise::measure(text) || noise::is_loss(text);
    file || (bracketed || chained || leads) && name.meaning.is_none() && !measures
}
