"""The one place of formulas: every closed form of the book, as a sympy expression.

Each formula is written once, here, and reaches its readers by generation (``sam_lib.codegen``):
NumPy functions in ``sam_lib/formulas.py``, JavaScript functions in ``live/js/maths/formulas.js``,
and LaTeX in the chapters through ``Formula.latex``. ``expr`` is the form that a reader wants to
see; ``stable``, where it is given, is an equal form that keeps its digits in floating point. Tests
compare the two.

Clocks: ``s`` is the rescaled clock of the single-example flow, ``t`` the original one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p


class log_omega(sp.Function):
    """The real solution ``v`` of ``v + exp(v) = x``, that is ``log W(exp(x))``."""

    nargs = 1

    def _eval_rewrite_as_LambertW(self, x, **_):
        return sp.log(sp.LambertW(sp.exp(x)))

    def _eval_evalf(self, prec):
        return self.rewrite(sp.LambertW)._eval_evalf(prec)


@dataclass(frozen=True)
class Formula:
    """One closed form: its name, its arguments in calling order, and what it equals."""

    name: str
    args: tuple[sp.Basic, ...]
    expr: sp.Expr
    doc: str
    source: str
    symbol: str
    stable: sp.Expr | None = field(default=None)

    @property
    def code(self) -> sp.Expr:
        """The form that programs evaluate."""
        return self.expr if self.stable is None else self.stable

    @property
    def latex(self) -> str:
        """``symbol = expr`` in LaTeX, without delimiters."""
        return f"{self.symbol} = {sp.latex(self.expr, symbol_names=LETTERS)}"

    def __call__(self, *values):
        """The formula evaluated by its generated NumPy function.

        >>> float(growth_top(3.0, 0.5))
        3.0
        """
        import numpy as np

        from sam_lib import checks, formulas

        if len(values) != len(self.args):
            checks.refuse(f"values of {self.name}", values, f"{len(self.args)}: {self.args}")
        floats = (np.asarray(value, dtype=float) for value in values)
        return getattr(formulas, self.name)(*floats)

    def __repr__(self) -> str:
        return f"{self.name}{self.args}: {self.doc}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"


FORMULAS: dict[str, Formula] = {}


def _formula(name, args, expr, doc, source, symbol, stable=None) -> Formula:
    """Enter a formula; ``expr`` is an expression, or branches ``[(value, condition), ...]``.

    In a branch a formula stands for both its forms, and a pair for a readable and a stable one.
    """
    if isinstance(expr, list):
        expr, stable = (
            sp.Piecewise(*(tuple(_form(x, k) for x in branch) for branch in expr)) for k in (0, 1)
        )
    extra = (expr if stable is None else stable).free_symbols - {
        atom for arg in args for atom in arg.free_symbols | {arg}
    }
    extra = {
        atom for atom in extra if not isinstance(atom, sp.Idx | sp.Indexed) and atom not in (j, d)
    }
    if extra:
        raise ValueError(f"formula {name!r} uses {extra}, which are not among its arguments")
    FORMULAS[name] = Formula(name, tuple(args), expr, doc, source, symbol, stable)
    return FORMULAS[name]


def _form(value, stable: int):
    if isinstance(value, Formula):
        return value.code if stable else value.expr
    return value[stable] if isinstance(value, tuple) else value


# --- symbols ----------------------------------------------------------------------------------
s, t, tau, rho = sp.symbols("s t tau rho", nonnegative=True)
mu = sp.Symbol("mu", positive=True)
alpha, w, w0 = sp.symbols("alpha w w_0", real=True)
depth = sp.Symbol("L", integer=True, positive=True)
n = sp.Symbol("n", positive=True)
p0, q0, p, q = sp.symbols("p_0 q_0 p q", real=True)
mu_i, mu_j, mu_1, mu_d, mu_norm = sp.symbols("mu_i mu_j mu_1 mu_d M", positive=True)
alpha_c = sp.Symbol("alpha_c", positive=True)
s_zero, s_blow_up = sp.symbols("s_0 S", nonnegative=True)
u0, shift = sp.symbols("u_0 c", real=True)
margin = sp.Symbol("m", real=True)
eta, score = sp.symbols("eta z", positive=True)
steps = sp.Symbol("k", integer=True, nonnegative=True)

j, d = sp.Idx("j"), sp.Symbol("d", integer=True, positive=True)
MU, P, Q = sp.IndexedBase("mu"), sp.IndexedBase("p"), sp.IndexedBase("q")
W = sp.IndexedBase("w")
guard = sp.Symbol("kappa", positive=True)


def over_coordinates(term: sp.Expr) -> sp.Sum:
    """The sum of ``term`` over the coordinates ``j``."""
    return sp.Sum(term, (j, 0, d - 1))


# --- one SAM step at a balanced point, one example, and its clocks (D16, D17, D19, D20) --------
layer_gradient = _formula(
    "layer_gradient",
    (w, mu, depth),
    mu * w ** (depth - 1),
    "A coordinate of each layer's gradient, divided by the derivative of the loss.",
    "D16",
    r"h_j",
)
layer_norm = _formula(
    "layer_norm",
    (MU, W, depth),
    sp.sqrt(depth * over_coordinates(MU[j] ** 2 * W[j] ** (2 * depth - 2))),
    "Norm over all layers of the gradient divided by the derivative of the loss.",
    "D16",
    r"n",
)
balanced_margin = _formula(
    "balanced_margin",
    (MU, W, depth),
    over_coordinates(MU[j] * W[j] ** depth),
    "Margin of a balanced point.",
    "D16",
    r"m",
)
l2_perturbed = _formula(
    "l2_perturbed",
    (w, mu, rho, n, depth),
    w - rho * mu * w ** (depth - 1) / n,
    "A coordinate of the perturbed layer, l_2 ball over all layers.",
    "D17",
    r"\hat w_j",
)
linf_perturbed = _formula(
    "linf_perturbed",
    (w, rho, depth),
    w - rho * sp.sign(w ** (depth - 1)),
    "A coordinate of the perturbed layer, l_inf ball.",
    "D17",
    r"\hat w_j",
)
clock_rate = _formula(
    "clock_rate",
    (margin,),
    1 + sp.exp(margin),
    "Original time that passes in a unit of rescaled time, at the perturbed margin.",
    "D19",
    r"\frac{dt}{ds}",
)
linf_hat = _formula(
    "linf_hat",
    (w, rho),
    w - rho,
    "A coordinate of the perturbed layer that is positive, or was until it was stopped at 0.",
    "D3",
    r"\hat w_j",
)
held_margin = _formula(
    "held_margin",
    (mu, rho, depth),
    mu * rho**depth,
    "Part of the perturbed margin of a balanced coordinate that is held at 0; even depth.",
    "D3",
    r"\hat m_j",
)
sliding_margin = _formula(
    "sliding_margin",
    (w, mu, rho),
    sp.log(
        ((rho + w) * sp.exp(mu * rho * (rho - w)) + (rho - w) * sp.exp(-mu * rho * (rho + w)))
        / (2 * rho)
    ),
    "Part of the perturbed margin of a layer w whose partner is held at 0, as the clock sees it.",
    "D3",
    r"\hat m_j",
    stable=mu * rho * (rho - w) + log1p((rho - w) / (2 * rho) * expm1(-2 * mu * rho**2)),
)
guarded_length = _formula(
    "guarded_length",
    (margin, n, rho, guard),
    rho / (1 + guard * (1 + sp.exp(margin)) / n),
    "Length of the l_2 perturbation when a guard kappa is added to the norm of the gradient.",
    "D20",
    r"\|\varepsilon\|_2",
)
guard_margin = _formula(
    "guard_margin",
    (n, guard),
    sp.log(n / guard - 1),
    "Margin at which a guarded perturbation has half its length.",
    "D20",
    r"m_{1/2}",
)

# --- the l_inf flow, any depth, rescaled clock (Theorem 3.2, D2) ------------------------------
k = depth - 2
_gap = alpha - rho
_clock = k * mu * s * _gap**k
_even = sp.Eq(sp.Mod(depth, 2), 0)

linf_velocity = _formula(
    "linf_velocity",
    (w, mu, rho, depth),
    mu * (w - rho) ** (depth - 1),
    "Velocity of a positive coordinate of the balanced l_inf flow.",
    "D2",
    r"w'",
)
linf_depth_two = _formula(
    "linf_depth_two",
    (s, mu, alpha, rho),
    rho + _gap * sp.exp(mu * s),
    "A coordinate of the l_inf flow at depth 2, before it reaches 0.",
    "thm-3.2, D2",
    r"w(s)",
    stable=sp.Piecewise(
        (rho, sp.Eq(alpha, rho)),
        (alpha + _gap * expm1(mu * s), True),
    ),
)
linf_deep = _formula(
    "linf_deep",
    (s, mu, alpha, rho, depth),
    rho + _gap * (1 - _clock) ** (-1 / k),
    "A coordinate of the l_inf flow at depth 3 or more, before it reaches 0 or blows up.",
    "thm-3.2, D2",
    r"w(s)",
    stable=sp.Piecewise(
        (rho, sp.Eq(alpha, rho)),
        (alpha + _gap * expm1(-log1p(-_clock) / k), 1 - _clock < 2**k),
        (rho + _gap * sp.exp(-log1p(-_clock) / k), True),
    ),
)
_reaches_zero = sp.And(_even, alpha > 0, alpha < rho)
linf_zero_time_two = _formula(
    "linf_zero_time_two",
    (mu, alpha, rho),
    sp.log(rho / (rho - alpha)) / mu,
    "Rescaled time at which a coordinate below the gate reaches 0 at depth 2.",
    "D2",
    r"s_0",
    stable=-log1p(-alpha / rho) / mu,
)
linf_zero_time_deep = _formula(
    "linf_zero_time_deep",
    (mu, alpha, rho, depth),
    (1 - (1 - alpha / rho) ** k) / (k * mu * (rho - alpha) ** k),
    "Rescaled time at which a coordinate below the gate reaches 0 at even depth 4 or more.",
    "D2",
    r"s_0",
    stable=-expm1(k * log1p(-alpha / rho)) / (k * mu * (rho - alpha) ** k),
)
linf_zero_time = _formula(
    "linf_zero_time",
    (mu, alpha, rho, depth),
    [
        (linf_zero_time_two, sp.And(_reaches_zero, sp.Eq(depth, 2))),
        (linf_zero_time_deep, _reaches_zero),
        (sp.oo, True),
    ],
    "Rescaled time at which a coordinate of the l_inf flow reaches 0 and stays; inf if never.",
    "thm-3.2, D2",
    r"s_0",
)
linf_blow_up_time = _formula(
    "linf_blow_up_time",
    (mu, alpha, rho, depth),
    sp.Piecewise(
        (1 / (k * mu * _gap**k), sp.And(alpha > rho, depth > 2)),
        (sp.oo, True),
    ),
    "Rescaled time at which a coordinate of the l_inf flow is infinite; inf if it stays finite.",
    "thm-3.2, D2",
    r"S",
)
linf_path = _formula(
    "linf_path",
    (s, mu, alpha, rho, depth, s_zero, s_blow_up),
    [
        (0, s >= s_zero),
        (sp.oo, s >= s_blow_up),
        (linf_depth_two, sp.Eq(depth, 2)),
        (linf_deep, True),
    ],
    "A coordinate of the l_inf flow, depth 2 or more: 0 from zero time on, inf from blow-up on.",
    "thm-3.2, D2",
    r"w(s)",
)
linf_score = _formula(
    "linf_score",
    (mu, alpha, rho, depth),
    mu * _gap**k,
    "What a coordinate above the gate competes with: the largest score wins.",
    "cor-3.5",
    r"\mu\,(\alpha-\rho)^{L-2}",
)
gate_p = _formula(
    "gate_p",
    (s, mu, p0, rho),
    2 * rho + (p0 - 2 * rho) * sp.exp(mu * s),
    "Sum of the two layers in the positive quadrant, unbalanced l_inf flow at depth 2.",
    "D2",
    r"p(s)",
    stable=sp.Piecewise(
        (2 * rho, sp.Eq(p0, 2 * rho)),
        (p0 + (p0 - 2 * rho) * expm1(mu * s), True),
    ),
)
gate_q = _formula(
    "gate_q",
    (s, mu, q0),
    q0 * sp.exp(-mu * s),
    "Difference of the two layers in the positive quadrant, unbalanced l_inf flow at depth 2.",
    "D2",
    r"q(s)",
)
gate_exit_time = _formula(
    "gate_exit_time",
    (mu, p0, q0, rho),
    sp.Piecewise(
        (
            sp.log((rho + sp.sqrt(rho**2 - (2 * rho - p0) * q0)) / (2 * rho - p0)) / mu,
            p0 < 2 * rho,
        ),
        (sp.oo, True),
    ),
    "Rescaled time at which the smaller of two positive layers reaches 0; inf above the gate.",
    "D2",
    r"s_1",
)
opposite_p = _formula(
    "opposite_p",
    (s, mu, p0),
    p0 * sp.exp(mu * s),
    "Sum of two layers of opposite signs, the first positive, l_inf flow at depth 2.",
    "D2",
    r"p(s)",
)
opposite_q = _formula(
    "opposite_q",
    (s, mu, q0, rho),
    -2 * rho + (q0 + 2 * rho) * sp.exp(-mu * s),
    "Difference of two layers of opposite signs, the first positive, l_inf flow at depth 2.",
    "D2",
    r"q(s)",
    stable=q0 * sp.exp(-mu * s) + 2 * rho * expm1(-mu * s),
)
opposite_exit_time = _formula(
    "opposite_exit_time",
    (mu, p0, q0, rho),
    sp.log((q0 + 2 * rho) / (rho + sp.sqrt(rho**2 + p0 * (q0 + 2 * rho)))) / mu,
    "Rescaled time at which the smaller of two layers of opposite signs reaches 0.",
    "D2",
    r"s_0",
)
sliding_layer = _formula(
    "sliding_layer",
    (s, mu, w0, rho),
    w0 - rho * mu * s,
    "A positive layer while the other is held at 0, until it reaches 0 itself.",
    "D2",
    r"w(s)",
)
linf_depth_one = _formula(
    "linf_depth_one",
    (s, mu, alpha),
    alpha + mu * s,
    "A coordinate of the depth-one flow, rescaled clock; the perturbation does not enter.",
    "D1",
    r"w(s)",
)

# --- depth one, original clock (Theorems 3.1 and 4.1, D1) -------------------------------------
_K = mu_norm**2 * t + u0 + sp.exp(u0 - shift)
depth_one_margin = _formula(
    "depth_one_margin",
    (t, u0, shift, mu_norm),
    _K - sp.LambertW(sp.exp(_K - shift)),
    "Margin <w, mu> of the depth-one flow; the shift c is 0 (GD), rho |mu|_2 or rho |mu|_1.",
    "D1",
    r"u(t)",
    stable=shift + log_omega(_K - shift),
)

l2_shift = _formula(
    "l2_shift",
    (MU, rho),
    rho * sp.sqrt(over_coordinates(MU[j] ** 2)),
    "Shift of the depth-one margin by an l_2 perturbation.",
    "D1",
    r"c_2",
)
linf_shift = _formula(
    "linf_shift",
    (MU, rho),
    rho * over_coordinates(MU[j]),
    "Shift of the depth-one margin by an l_inf perturbation, features > 0.",
    "D1",
    r"c_\infty",
)
depth_one_time = _formula(
    "depth_one_time",
    (margin, u0, shift, mu_norm),
    (margin - u0 + sp.exp(margin - shift) - sp.exp(u0 - shift)) / mu_norm**2,
    "Original time at which the depth-one margin, which starts at u_0, reaches m.",
    "D1",
    r"t(m)",
)

# --- the l_2 flow at depth two: one scalar clock (D5, D6, D13) --------------------------------
l2_p = _formula(
    "l2_p",
    (s, tau, mu, rho, p0),
    p0 * sp.exp(mu * s - rho * mu**2 * tau),
    "Sum of the two layers of one coordinate.",
    "D5",
    r"p(s)",
)
l2_q = _formula(
    "l2_q",
    (s, tau, mu, rho, q0),
    q0 * sp.exp(-mu * s - rho * mu**2 * tau),
    "Difference of the two layers of one coordinate.",
    "D5",
    r"q(s)",
)
l2_beta = _formula(
    "l2_beta", (p, q), (p**2 - q**2) / 4, "Predictor of one coordinate.", "D5", r"\beta"
)
l2_norm = _formula(
    "l2_norm",
    (MU, P, Q),
    sp.sqrt(over_coordinates(MU[j] ** 2 * (P[j] ** 2 + Q[j] ** 2)) / 2),
    "Norm n of the gradient divided by the loss derivative.",
    "D5",
    r"n",
)
balanced_norm = _formula(
    "balanced_norm",
    (MU, W),
    sp.sqrt(2 * over_coordinates(MU[j] ** 2 * W[j] ** 2)),
    "The norm n at a balanced point, where p = 2 w and q = 0.",
    "D5",
    r"n",
)
l2_log_gain = _formula(
    "l2_log_gain",
    (s, tau, mu, rho),
    mu * (s - rho * mu * tau),
    "log(w / alpha) of a balanced coordinate: gradient descent, late by rho mu tau.",
    "D5",
    r"\log\frac{w(s)}{\alpha}",
)
growth_rate = _formula(
    "growth_rate",
    (mu, n, rho),
    mu * (1 - rho * mu / n),
    "Growth rate w'/w of a balanced coordinate: a parabola in mu.",
    "D5",
    r"\frac{w'}{w}",
)
growth_top = _formula(
    "growth_top", (n, rho), n / (2 * rho), "The mu that grows fastest.", "D5", r"\mu^{\mathrm{top}}"
)
dominant_mu = _formula(
    "dominant_mu",
    (s, tau, rho),
    s / (2 * rho * tau),
    "From a uniform start the dominant coordinate is the one whose mu is nearest to this.",
    "D6",
    r"\mu^{\mathrm{dom}}",
)
swap_time = _formula(
    "swap_time",
    (mu_i, mu_j, tau, rho),
    rho * (mu_i + mu_j) * tau,
    "From a uniform start coordinates i and j are level when s equals this.",
    "D6",
    r"s_{ij}",
)
equilibrium = _formula(
    "equilibrium",
    (rho,),
    rho / sp.sqrt(2),
    "The only nonzero coordinate of each equilibrium of the balanced flow.",
    "D8",
    r"w^\ast",
)
initial_swap = _formula(
    "initial_swap",
    (mu_i, mu_j, mu_norm, rho),
    rho * (mu_i + mu_j) / (sp.sqrt(2) * mu_norm),
    "Uniform start at which coordinates i and j grow equally fast at the start.",
    "D9",
    r"\alpha_{ij}",
)
rewind_scale = _formula(
    "rewind_scale",
    (MU, rho),
    rho
    * over_coordinates(MU[j] ** 4)
    / (sp.sqrt(2) * sp.sqrt(over_coordinates(MU[j] ** 2)) * over_coordinates(MU[j] ** 3)),
    "Uniform start above which the gradient norm never falls, so that nothing rewinds.",
    "D15",
    r"\alpha_r",
)
collapse_bound = _formula(
    "collapse_bound",
    (mu, mu_norm, rho),
    rho * mu / (sp.sqrt(2) * mu_norm),
    "Bound on the collapse threshold: from below with mu_1, from above with mu_d.",
    "D8",
    r"\frac{\rho\,\mu}{\sqrt{2}\,\|\mu\|}",
)
plateau_loss = _formula(
    "plateau_loss",
    (mu_1, rho),
    sp.log(1 + sp.exp(-mu_1 * rho**2 / 2)),
    "Loss at the saddle on the first coordinate.",
    "D11",
    r"\mathcal{L}",
    stable=log1p(sp.exp(-mu_1 * rho**2 / 2)),
)
plateau_stay = _formula(
    "plateau_stay",
    (mu_1, alpha, alpha_c),
    sp.log(1 / sp.Abs(alpha / alpha_c - 1)) / mu_1,
    "Rescaled time spent near the saddle, up to a bounded term.",
    "D11",
    r"s_{\mathrm{stay}}",
)

# --- l_inf-SAM in steps of the rescaled clock (D22) -------------------------------------------
linf_steps_two = _formula(
    "linf_steps_two",
    (steps, eta, mu, alpha, rho),
    rho + _gap * (1 + eta * mu) ** steps,
    "A coordinate after so many l_inf-SAM steps at depth 2, before it crosses 0.",
    "D22",
    r"w_k",
)
linf_chatter = _formula(
    "linf_chatter",
    (eta, mu, rho),
    eta * mu * rho,
    "Largest distance from 0 of a coordinate that crossed it, for steps with eta mu <= 1.",
    "D22",
    r"|w|_{\max}",
)

# --- the balanced l_2 flow at any depth: one score per coordinate (D24) -----------------------
score_rate = _formula(
    "score_rate",
    (score, n, rho, depth),
    score * (1 - rho * score / n) ** (depth - 1),
    "Growth rate w'/w of a balanced coordinate with the score z = mu w^(L-2), at any depth.",
    "D24",
    r"\frac{w'}{w}",
)
score_top = _formula(
    "score_top",
    (n, rho, depth),
    n / (depth * rho),
    "The score that grows fastest.",
    "D24",
    r"\xi^{\mathrm{top}}",
)

# --- variants beside the main story (questions 11 and 13) -------------------------------------
share, level = sp.symbols("x r", positive=True)
LETTERS = {score: r"\xi", level: r"\omega"}  # z and r are data in the text
relu_growth_rate = _formula(
    "relu_growth_rate",
    (mu, n, rho),
    sp.Piecewise((growth_rate.expr, rho * mu < n), (0, True)),
    "Growth rate w'/w of a balanced coordinate of the diagonal ReLU network: it never falls.",
    "D31",
    r"\frac{w'}{w}",
)
adaptive_growth_rate = _formula(
    "adaptive_growth_rate",
    (mu, share, rho),
    mu * (1 - rho * share / sp.sqrt(2)),
    "Growth rate w'/w under adaptive SAM, for the share x = mu beta / |mu beta|_2 of a coordinate.",
    "D32",
    r"\frac{w'}{w}",
)
adaptive_share = _formula(
    "adaptive_share",
    (mu, level, rho),
    [
        (
            (sp.sqrt(2) * (1 - level / mu) / rho, sp.sqrt(2) * (mu - level) / (mu * rho)),
            mu > level,
        ),
        (0, True),
    ],
    "Share of a coordinate when all that are present grow at the common rate r.",
    "D32",
    r"x",
)

# --- quadratics, where SAM stops short (D77, D79, D80) --------------------------------------------
curvature, stiffest, skew = sp.symbols("a b chi", positive=True)
cycle_radius = _formula(
    "cycle_radius",
    (eta, curvature, rho),
    eta * curvature * rho / (2 - eta * curvature),
    "Distance from the minimum of the two-cycle of SAM on a x^2 / 2.",
    "D77",
    r"r^\ast",
)
cycle_multiplier = _formula(
    "cycle_multiplier",
    (eta, curvature, stiffest),
    1 - eta * curvature - (curvature / stiffest) ** 2 * (2 - eta * stiffest),
    "Factor, up to its sign, of a small component of curvature a at the two-cycle of curvature b.",
    "D79",
    r"\kappa",
)
noise_excess = _formula(
    "noise_excess",
    (curvature, skew, rho),
    curvature * skew**2 * rho**2 / 2,
    "Excess loss that stays under skewed noise as the step size goes to 0.",
    "D80",
    r"f-f^\ast",
)

# --- how far SAM is from gradient descent, and its lead in the end (D4, D27, D29) ---------------
log_time = sp.Symbol("T", positive=True)
delay_bound = _formula(
    "delay_bound",
    (mu, mu_d, alpha, rho),
    (1 - rho / (sp.sqrt(2) * alpha)) ** (2 * (mu / mu_d) ** 2),
    "Least ratio of beta under SAM and under GD at any time; alpha is where the last one starts.",
    "D27",
    r"\min\frac{\beta^{\mathrm{SAM}}}{\beta^{\mathrm{GD}}}",
    stable=sp.exp(2 * (mu / mu_d) ** 2 * log1p(-rho / (sp.sqrt(2) * alpha))),
)
linf_loss_lead = _formula(
    "linf_loss_lead",
    (log_time, mu, rho),
    2 * rho * sp.sqrt(mu * log_time),
    "Leading term of -log L - log t under l_inf-SAM at depth 2, at T = log t; mu of the winner.",
    "D4",
    r"-\log\mathcal{L} - \log t",
)
linf_excess_exponent = _formula(
    "linf_excess_exponent",
    (mu_j, mu),
    mu_j / mu,
    "Power of log t with which (w_j - rho)^2 grows at depth 2 above the gate; mu of the winner.",
    "D4",
    r"\frac{\log\,(w_j-\rho)^2}{\log\log t}",
)
linf_margin_gap = _formula(
    "linf_margin_gap",
    (MU, W, rho),
    over_coordinates(MU[j] * (2 * rho * W[j] - rho**2)),
    "Margin less perturbed margin at depth 2; a coordinate that is held at 0 counts with W = 0.",
    "D4",
    r"m-\hat m",
)
l2_loss_lead = _formula(
    "l2_loss_lead",
    (log_time, mu_d, rho),
    rho * sp.sqrt(2 * mu_d * log_time),
    "Leading term of -log L - log t under l_2-SAM at depth 2, at T = log t.",
    "D29",
    r"-\log\mathcal{L} - \log t",
)

# --- every l_p ball at depth two, balanced, rescaled clock; q = p/(p-1) (D56 to D59) --------------
dual, norm, toll = sp.symbols("q G I", positive=True)
_bracket = alpha ** (2 - dual) - (2 - dual) * rho * mu**dual * toll
_used = (2 - dual) * rho * mu**dual * alpha ** (dual - 2) * toll
lp_norm = _formula(
    "lp_norm",
    (MU, W, dual),
    (2 * over_coordinates((MU[j] * W[j]) ** dual)) ** (1 / dual),
    "The l_q norm G of the gradient over both layers, divided by the derivative of the loss.",
    "D56",
    r"G",
)
lp_velocity = _formula(
    "lp_velocity",
    (w, mu, norm, rho, dual),
    mu * w - rho * mu**dual * w ** (dual - 1) * norm ** (1 - dual),
    "Velocity of a balanced positive coordinate under l_p-SAM: a Bernoulli equation.",
    "D56",
    r"w'",
)
lp_toll_rate = _formula(
    "lp_toll_rate",
    (s, mu, norm, dual),
    sp.exp(-(2 - dual) * mu * s) * norm ** (1 - dual),
    "Rate at which the toll I of one coordinate grows.",
    "D56",
    r"I'",
)
lp_path = _formula(
    "lp_path",
    (s, toll, mu, alpha, rho, dual),
    [
        (alpha * sp.exp(mu * s - rho * mu**2 * toll), sp.Eq(dual, 2)),
        (
            (
                sp.exp(mu * s) * _bracket ** (1 / (2 - dual)),
                alpha * sp.exp(mu * s + log1p(-_used) / (2 - dual)),
            ),
            (_bracket > 0, _used < 1),
        ),
        (0, True),
    ],
    "A balanced coordinate under l_p-SAM at depth 2 that has paid the toll I; 0 once it has died.",
    "D56",
    r"w(s)",
)
lp_gate = _formula(
    "lp_gate",
    (toll, mu, rho, dual),
    ((2 - dual) * rho * mu**dual * toll) ** (1 / (2 - dual)),
    "Start that a coordinate must exceed to survive the toll I; p > 2.",
    "D57",
    r"\alpha^{\mathrm{gate}}",
)
lp_equilibrium = _formula(
    "lp_equilibrium",
    (mu_i, MU, rho, dual),
    rho
    * mu_i ** ((dual - 1) / (2 - dual))
    / (2 * over_coordinates(MU[j] ** (dual / (2 - dual)))) ** ((dual - 1) / dual),
    "A coordinate of the equilibrium on a set of features; the sum runs over that set; p not 2.",
    "D58",
    r"w_i^\ast",
)
lp_threshold_bound = _formula(
    "lp_threshold_bound",
    (mu_i, MU, rho, dual),
    rho * mu_i ** (dual - 1) / (2 * over_coordinates(MU[j] ** dual)) ** ((dual - 1) / dual),
    "Bounds the collapse threshold of a uniform start: mu_1 from below, mu_d from above.",
    "D59",
    r"\frac{\rho\,\mu_i^{q-1}}{(2\sum_j\mu_j^q)^{1/p}}",
)

# --- the dial: SAM whose radius follows the gradient of the margin, depth 2 (D66, D67) ------------
kappa = guard  # one letter for a strength; the guard of D20 is another number
dial_rate = _formula(
    "dial_rate",
    (mu, kappa),
    mu * (1 - kappa * mu),
    "Growth rate w'/w of a balanced coordinate under margin SAM: a parabola that stands still.",
    "D66",
    r"\frac{w'}{w}",
)
set_point = _formula(
    "set_point",
    (kappa,),
    1 / (2 * kappa),
    "The mu that grows fastest.",
    "D66",
    r"\mu^{\mathrm{set}}",
)
dial_loss_power = _formula(
    "dial_loss_power",
    (mu, kappa),
    1 / (1 - kappa * mu) ** 2,
    "Limit of -log L / log t under margin SAM; mu of the winner.",
    "D67",
    r"\frac{-\log\mathcal{L}}{\log t}",
)

# --- the balanced l_2 flow at depth three and more (D44 to D48) -----------------------------------
zeta = sp.Symbol("zeta", positive=True)
deep_equilibrium = _formula(
    "deep_equilibrium",
    (mu_i, MU, rho, depth),
    rho
    * mu_i ** (-1 / (depth - 2))
    / (sp.sqrt(depth) * sp.sqrt(over_coordinates(MU[j] ** (-2 / (depth - 2))))),
    "A coordinate of the equilibrium on a set of features; the sum runs over that set; depth > 2.",
    "D44",
    r"E_i",
)
deep_collapse_bound = _formula(
    "deep_collapse_bound",
    (mu, mu_norm, rho, depth),
    rho * mu / (sp.sqrt(depth) * mu_norm),
    "Bounds the collapse threshold of a uniform start: mu_1 from below, mu_d from above.",
    "D46",
    r"\frac{\rho\,\mu}{\sqrt{L}\,\|\mu\|}",
)
_ratio = (mu_j / mu_i) ** (1 / (depth - 1))
outset_change = _formula(
    "outset_change",
    (mu_i, mu_j, mu_norm, rho, depth),
    rho * (_ratio * mu_j - mu_i) / ((_ratio - 1) * sp.sqrt(depth) * mu_norm),
    "Uniform start above which the stronger of two coordinates grows faster at the start.",
    "D48",
    r"a_+",
)
outset_change_odd = _formula(
    "outset_change_odd",
    (mu_i, mu_j, mu_norm, rho, depth),
    rho * (_ratio * mu_j + mu_i) / ((_ratio + 1) * sp.sqrt(depth) * mu_norm),
    "Uniform start below which the stronger of two coordinates grows faster too; odd depth.",
    "D48",
    r"a_-",
)
_mean = share - (1 - share) * zeta ** (depth - 1)  # M
_inward = (depth - 2) - (depth - 1) * _mean
_outward = (depth - 1) * zeta ** (depth - 2) * ((depth - 1) * (1 - share) * (1 + zeta) - depth + 2)
plateau_ray = _formula(
    "plateau_ray",
    (zeta, share, depth),
    (depth - 1) * _mean * (1 + zeta) - (depth - 2) * (zeta - zeta ** (depth - 1)),
    "Zero where the ray (1, -zeta) leads into the saddle; two features, even depth > 2.",
    "D47",
    r"h(\zeta)",
)
plateau_power = _formula(
    "plateau_power",
    (zeta, share, depth),
    (depth - 2) * _inward / (_outward + _inward),
    "The stay near the saddle grows like this power of 1/|alpha/alpha_c - 1|.",
    "D47",
    r"\varpi",
)
