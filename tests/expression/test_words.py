"""What is typed is read as it is meant, or refused with every way to write it: one table of texts and what is made of them."""

import pytest

from chainrule.errors import ExpressionError
from chainrule.expression import parse
from chainrule.expression.words import NOT_YET, WORDS

READ = {
    # a function without brackets takes one name or number
    "ln x": "ln(x)",
    "exp x": "exp(x)",
    "sqrt x": "sqrt(x)",
    r"\sigma x": "σ(x)",
    "σ x": "σ(x)",
    "relu x + 1": "relu(x) + 1",
    "2 ln x": "2*ln(x)",
    "x ln x + 1": "x*ln(x) + 1",
    "ln x / x": "ln(x)/x",
    "ln x ln y": "ln(x)*ln(y)",
    "ln ln x": "ln(ln(x))",
    "exp -x": "exp(-x)",
    "ln 2": "ln(2)",
    "√x": "sqrt(x)",
    "e^{-\\ln x}": "e^(-ln(x))",
    # in capitals, by another name, of a module
    "Log(x) + EXP(x) + ReLU(x)": "log(x) + exp(x) + relu(x)",
    "logistic(x)": "σ(x)",
    "numpy.exp(x)": "exp(x)",
    # fractions
    "½x": "0.5*x",
    "¼x": "0.25*x",
    "⅓x": "1/3*x",
    "1½x": "1.5*x",
    # LaTeX that people paste
    r"\mathrm{relu}(x)": "relu(x)",
    r"\operatorname{sigmoid}(x)": "sigmoid(x)",
    r"\operatorname{relu}\left(x\right)": "relu(x)",
    r"\text{softplus}(x)": "softplus(x)",
    r"\dfrac{x}{2}": "x/2",
    r"\tfrac{1}{2} x": "1/2*x",
    r"\frac12": "1/2",
    r"\frac1x": "1/x",
    r"\frac{1}2 x": "1/2*x",
    r"\tfrac12x": "1/2*x",
    r"\frac\alpha2": "alpha/2",
    r"\sqrt x": "sqrt(x)",
    r"\sqrt{x + 1}": "sqrt(x + 1)",
    r"\ln x": "ln(x)",
    r"\ln{2x}": "ln(2*x)",
    r"\ln \frac{x}{2}": "ln(x/2)",
    r"\left|x-2\right|": "abs(x - 2)",
    r"\lvert x\rvert + \Bigl|y\Bigr|": "abs(x) + abs(y)",
    r"\bigl(x+1\bigr)^2": "(x + 1)^2",
    r"\left[x+1\right]^2 + \left\{x\right\}": "(x + 1)^2 + x",
    "[x+1]^2": "(x + 1)^2",
    r"\max\{0, x\} + \max\left(0, y\right)": "relu(x) + relu(y)",
    r"\[ x^2 \]": "x^2",
    r"\( x^2 \)": "x^2",
    r"\displaystyle x \quad y": "x*y",
    r"\alpha_1 + \sigma_{x}": "alpha_1 + sigma_x",
    r"w_{0,1}^{(2)} x": "w2[0,1]*x",
    # other forms of letters and signs, as word processors write them
    "𝑥² – 2𝑥": "x^2 - 2*x",
    "x ∗ y ∕ 2": "x*y/2",
    "x₁ + x₁₂": "x_1 + x_12",
    "x₁y": "x_1*y",
    # letters side by side
    r"\frac12xy + x + y": r"1/2*x*y + x + y",
    "x(x + 1)": "x*(x + 1)",
}

REFUSED = {
    # known by name, but not here
    "sin x + x^2": "sin is not known here yet; known are exp, ln, sigmoid",
    "sin 2x": "sin is not known here yet",
    r"\cos(x)": "cos is not known here yet",
    "np.sin(x)": "sin is not known here yet",
    "min(x, 1)": "min is not known here yet",
    "sinx": "sinx begins with the function sin, which is not known here yet",
    r"\operatorname{foo}(x)": "foo is not known here yet",
    r"\mathrm{foo}(x)": "foo is not one of exp",
    r"\foo x": r"\foo is not known here",
    r"\mathbf{x}": r"\mathbf is not known here",
    r"\sqrt[3]{x}": r"\sqrt[…] is not known here; write (…)^(1/3)",
    "log_2 x": "write ln(…)/ln(2)",
    r"\log_{10} x": "write ln(…)/ln(10)",
    r"\frac{d}{dx} x^2": "a derivative is not read",
    "inf x": "as a name it would mislead",
    # readers differ
    "ln x y": "write ln(x·y) or ln(x)·y",
    "-ln x y": "write ln(x·y) or ln(x)·y",
    "ln 2x": "write ln(2x) or ln(2)·x",
    "√2x": "write sqrt(2x) or sqrt(2)·x",
    r"\ln{x}y": "write ln(x·y) or ln(x)·y",
    "ln x (y + 1)": "write ln(x(y + 1)) or ln(x)·(y + 1)",
    "ln x^2": "write ln(x²) or ln(x)²",
    "sqrt x²": "write sqrt(x²) or sqrt(x)²",
    "exp -x^2": "write exp(−x²) or exp(−x)²",
    "ln^2 x": "a power of its value is written ln(x)^2",
    "lnx": r"write ln(x); for a name of its own write \mathrm{lnx}",
    "lnxy + x + y": "write ln(xy)",
    "σx": "write σ(x)",
    "xln x": "write x ln(x)",
    "xln(x)": "for a product write x ln(",
    "f(x)": "for a product write f * (",
    "e^-2x": "write ^(−2x) or ^(−2)·x",
    "x[y]": "write x*(y) for a product, x_y for a name",
    "2e-3x": "write 0.002·x or 2·e − 3x",
    "1 000 x": "two numbers side by side",
    "1,000 x": "a number has a decimal point and no commas",
    "1_000": "digits are written without gaps",
    r"\sqrt 12": r"TeX draws this root over 1 alone; write \sqrt{12}",
    "{x+1}y": "TeX does not show the braces around x + 1; write (x + 1)",
    "x1 + x_1": "x1 and x_1 are two names that are read as one",
    r"\theta + θ": "theta and θ are two names that are read as one",
    "х + x": "two names that are read as one",  # a Cyrillic letter and a Latin one
    "①": "neither a name nor a number",
    # a function of nothing
    "ln + 2": "ln is a function; write what it is taken of",
    r"\sigma": "σ is a function; write what it is taken of",
    r"\sigma^2": "a power of its value is written σ(x)^2",
    "2 exp": "exp is a function; write what it is taken of",
}


@pytest.mark.parametrize("typed", READ)
def test_what_readers_agree_on_is_read_so(typed: str) -> None:
    assert parse(typed) == parse(READ[typed])


@pytest.mark.parametrize("typed", REFUSED)
def test_what_readers_differ_on_or_is_not_known_is_refused_with_every_way_to_write_it(typed: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(typed)
    assert REFUSED[typed] in str(refused.value)


@pytest.mark.parametrize("word", sorted({*WORDS, *NOT_YET, "σ", "Sin", "LN", r"\ln", r"\sin"}))
@pytest.mark.parametrize("around", ["{}", "{} + x", "2 {}", "{} * x", "({}) x", "x^{}", "{}^2"])
def test_a_word_that_is_the_name_of_a_function_is_never_a_variable(word: str, around: str) -> None:
    with pytest.raises(ExpressionError, match=r"is a function|not known here|takes one argument|max is read as"):
        parse(around.format(word))


@pytest.mark.parametrize("name", ["logits", "expected", "second", "xmax", "sigma1", "maximal", "weight_x", "exp_x"])
def test_a_name_that_only_begins_like_a_function_is_a_name(name: str) -> None:
    assert str(parse(f"{name} + 1")) == f"{name} + 1"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("x y", "x·y"),
        ("xy + x + y", "x·y + x + y"),
        ("xe^x", "x·e^x"),
        ("2xy + x + y", "2x·y + x + y"),
        ("f (x + 1)", "f·(x + 1)"),
        ("foo (x + 1)", "foo·(x + 1)"),
        (r"\mathrm{lnx} y", "lnx·y"),
    ],
)
def test_letters_that_stood_side_by_side_are_printed_with_a_times_sign(typed: str, shown: str) -> None:
    assert str(parse(typed)) == shown
