"""Written by ``python -m sam_lib.codegen`` from ``closed_form.py``. Do not edit."""

import numpy as np

from sam_lib.special import log_omega  # noqa: F401


def layer_gradient(w, mu, depth):
    """A coordinate of each layer's gradient, divided by the derivative of the loss. [D16]"""
    return mu*w**(depth - 1)


def layer_norm(mu, w, depth):
    """Norm over all layers of the gradient divided by the derivative of the loss. [D16]"""
    return np.sqrt(depth)*np.sqrt(np.sum(mu**2*w**(2*np.asarray(depth)[..., None] - 2), axis=-1))


def balanced_margin(mu, w, depth):
    """Margin of a balanced point. [D16]"""
    return np.sum(mu*w**np.asarray(depth)[..., None], axis=-1)


def l2_perturbed(w, mu, rho, n, depth):
    """A coordinate of the perturbed layer, l_2 ball over all layers. [D17]"""
    return -mu*rho*w**(depth - 1)/n + w


def linf_perturbed(w, rho, depth):
    """A coordinate of the perturbed layer, l_inf ball. [D17]"""
    return -rho*np.sign(w**(depth - 1)) + w


def clock_rate(margin):
    """Original time that passes in a unit of rescaled time, at the perturbed margin. [D19]"""
    return np.exp(margin) + 1


def linf_hat(w, rho):
    """A coordinate of the perturbed layer that is positive, or was until it was stopped at 0. [D3]"""
    return -rho + w


def held_margin(mu, rho, depth):
    """Part of the perturbed margin of a balanced coordinate that is held at 0; even depth. [D3]"""
    return mu*rho**depth


def sliding_margin(w, mu, rho):
    """Part of the perturbed margin of a layer w whose partner is held at 0, as the clock sees it. [D3]"""
    return mu*rho*(rho - w) + np.log1p((1/2)*(rho - w)*np.expm1(-2*mu*rho**2)/rho)


def guarded_length(margin, n, rho, kappa):
    """Length of the l_2 perturbation when a guard kappa is added to the norm of the gradient. [D20]"""
    return rho/(kappa*(np.exp(margin) + 1)/n + 1)


def guard_margin(n, kappa):
    """Margin at which a guarded perturbation has half its length. [D20]"""
    return np.log(-1 + n/kappa)


def linf_velocity(w, mu, rho, depth):
    """Velocity of a positive coordinate of the balanced l_inf flow. [D2]"""
    return mu*(-rho + w)**(depth - 1)


def linf_depth_two(s, mu, alpha, rho):
    """A coordinate of the l_inf flow at depth 2, before it reaches 0. [thm-3.2, D2]"""
    with np.errstate(all="ignore"):
        return np.where((alpha == rho), rho, alpha + (alpha - rho)*np.expm1(mu*s))


def linf_deep(s, mu, alpha, rho, depth):
    """A coordinate of the l_inf flow at depth 3 or more, before it reaches 0 or blows up. [thm-3.2, D2]"""
    with np.errstate(all="ignore"):
        return np.where((alpha == rho), rho, np.where((2**(depth - 2) > -mu*s*(depth - 2)*(alpha - rho)**(depth - 2) + 1), alpha + (alpha - rho)*np.expm1(-np.log1p(-mu*s*(depth - 2)*(alpha - rho)**(depth - 2))/(depth - 2)), rho + (alpha - rho)*np.exp(-np.log1p(-mu*s*(depth - 2)*(alpha - rho)**(depth - 2))/(depth - 2))))


def linf_zero_time_two(mu, alpha, rho):
    """Rescaled time at which a coordinate below the gate reaches 0 at depth 2. [D2]"""
    return -np.log1p(-alpha/rho)/mu


def linf_zero_time_deep(mu, alpha, rho, depth):
    """Rescaled time at which a coordinate below the gate reaches 0 at even depth 4 or more. [D2]"""
    return -(-alpha + rho)**(2 - depth)*np.expm1((depth - 2)*np.log1p(-alpha/rho))/(mu*(depth - 2))


def linf_zero_time(mu, alpha, rho, depth):
    """Rescaled time at which a coordinate of the l_inf flow reaches 0 and stays; inf if never. [thm-3.2, D2]"""
    with np.errstate(all="ignore"):
        return np.where((((depth == 2)) & ((alpha > 0)) & ((alpha < rho)) & ((np.mod(depth, 2) == 0))), -np.log1p(-alpha/rho)/mu, np.where((((alpha > 0)) & ((alpha < rho)) & ((np.mod(depth, 2) == 0))), -(-alpha + rho)**(2 - depth)*np.expm1((depth - 2)*np.log1p(-alpha/rho))/(mu*(depth - 2)), np.inf))


def linf_blow_up_time(mu, alpha, rho, depth):
    """Rescaled time at which a coordinate of the l_inf flow is infinite; inf if it stays finite. [thm-3.2, D2]"""
    with np.errstate(all="ignore"):
        return np.where((((depth > 2)) & ((alpha > rho))), (alpha - rho)**(2 - depth)/(mu*(depth - 2)), np.inf)


def linf_path(s, mu, alpha, rho, depth, s_zero, s_blow_up):
    """A coordinate of the l_inf flow, depth 2 or more: 0 from zero time on, inf from blow-up on. [thm-3.2, D2]"""
    with np.errstate(all="ignore"):
        return np.where((s >= s_zero), 0, np.where((s_blow_up <= s), np.inf, np.where((depth == 2), np.where((alpha == rho), rho, alpha + (alpha - rho)*np.expm1(mu*s)), np.where((alpha == rho), rho, np.where((2**(depth - 2) > -mu*s*(depth - 2)*(alpha - rho)**(depth - 2) + 1), alpha + (alpha - rho)*np.expm1(-np.log1p(-mu*s*(depth - 2)*(alpha - rho)**(depth - 2))/(depth - 2)), rho + (alpha - rho)*np.exp(-np.log1p(-mu*s*(depth - 2)*(alpha - rho)**(depth - 2))/(depth - 2)))))))


def linf_score(mu, alpha, rho, depth):
    """What a coordinate above the gate competes with: the largest score wins. [cor-3.5]"""
    return mu*(alpha - rho)**(depth - 2)


def gate_p(s, mu, p0, rho):
    """Sum of the two layers in the positive quadrant, unbalanced l_inf flow at depth 2. [D2]"""
    with np.errstate(all="ignore"):
        return np.where((p0 == 2*rho), 2*rho, p0 + (p0 - 2*rho)*np.expm1(mu*s))


def gate_q(s, mu, q0):
    """Difference of the two layers in the positive quadrant, unbalanced l_inf flow at depth 2. [D2]"""
    return q0*np.exp(-mu*s)


def gate_exit_time(mu, p0, q0, rho):
    """Rescaled time at which the smaller of two positive layers reaches 0; inf above the gate. [D2]"""
    with np.errstate(all="ignore"):
        return np.where((p0 < 2*rho), np.log((rho + np.sqrt(-q0*(-p0 + 2*rho) + rho**2))/(-p0 + 2*rho))/mu, np.inf)


def opposite_p(s, mu, p0):
    """Sum of two layers of opposite signs, the first positive, l_inf flow at depth 2. [D2]"""
    return p0*np.exp(mu*s)


def opposite_q(s, mu, q0, rho):
    """Difference of two layers of opposite signs, the first positive, l_inf flow at depth 2. [D2]"""
    return q0*np.exp(-mu*s) + 2*rho*np.expm1(-mu*s)


def opposite_exit_time(mu, p0, q0, rho):
    """Rescaled time at which the smaller of two layers of opposite signs reaches 0. [D2]"""
    return np.log((q0 + 2*rho)/(rho + np.sqrt(p0*(q0 + 2*rho) + rho**2)))/mu


def sliding_layer(s, mu, w0, rho):
    """A positive layer while the other is held at 0, until it reaches 0 itself. [D2]"""
    return -mu*rho*s + w0


def linf_depth_one(s, mu, alpha):
    """A coordinate of the depth-one flow, rescaled clock; the perturbation does not enter. [D1]"""
    return alpha + mu*s


def depth_one_margin(t, u0, shift, mu_norm):
    """Margin <w, mu> of the depth-one flow; the shift c is 0 (GD), rho |mu|_2 or rho |mu|_1. [D1]"""
    return shift + log_omega(mu_norm**2*t - shift + u0 + np.exp(-shift + u0))


def l2_shift(mu, rho):
    """Shift of the depth-one margin by an l_2 perturbation. [D1]"""
    return rho*np.sqrt(np.sum(mu**2, axis=-1))


def linf_shift(mu, rho):
    """Shift of the depth-one margin by an l_inf perturbation, features > 0. [D1]"""
    return rho*np.sum(mu, axis=-1)


def depth_one_time(margin, u0, shift, mu_norm):
    """Original time at which the depth-one margin, which starts at u_0, reaches m. [D1]"""
    return (margin - u0 + np.exp(-shift + margin) - np.exp(-shift + u0))/mu_norm**2


def l2_p(s, tau, mu, rho, p0):
    """Sum of the two layers of one coordinate. [D5]"""
    return p0*np.exp(-mu**2*rho*tau + mu*s)


def l2_q(s, tau, mu, rho, q0):
    """Difference of the two layers of one coordinate. [D5]"""
    return q0*np.exp(-mu**2*rho*tau - mu*s)


def l2_beta(p, q):
    """Predictor of one coordinate. [D5]"""
    return (1/4)*p**2 - 1/4*q**2


def l2_norm(mu, p, q):
    """Norm n of the gradient divided by the loss derivative. [D5]"""
    return (1/2)*np.sqrt(2)*np.sqrt(np.sum((p**2 + q**2)*mu**2, axis=-1))


def balanced_norm(mu, w):
    """The norm n at a balanced point, where p = 2 w and q = 0. [D5]"""
    return np.sqrt(2)*np.sqrt(np.sum(mu**2*w**2, axis=-1))


def l2_log_gain(s, tau, mu, rho):
    """log(w / alpha) of a balanced coordinate: gradient descent, late by rho mu tau. [D5]"""
    return mu*(-mu*rho*tau + s)


def growth_rate(mu, n, rho):
    """Growth rate w'/w of a balanced coordinate: a parabola in mu. [D5]"""
    return mu*(-mu*rho/n + 1)


def growth_top(n, rho):
    """The mu that grows fastest. [D5]"""
    return (1/2)*n/rho


def dominant_mu(s, tau, rho):
    """From a uniform start the dominant coordinate is the one whose mu is nearest to this. [D6]"""
    return (1/2)*s/(rho*tau)


def swap_time(mu_i, mu_j, tau, rho):
    """From a uniform start coordinates i and j are level when s equals this. [D6]"""
    return rho*tau*(mu_i + mu_j)


def equilibrium(rho):
    """The only nonzero coordinate of each equilibrium of the balanced flow. [D8]"""
    return (1/2)*np.sqrt(2)*rho


def initial_swap(mu_i, mu_j, mu_norm, rho):
    """Uniform start at which coordinates i and j grow equally fast at the start. [D9]"""
    return (1/2)*np.sqrt(2)*rho*(mu_i + mu_j)/mu_norm


def rewind_scale(mu, rho):
    """Uniform start above which the gradient norm never falls, so that nothing rewinds. [D15]"""
    return (1/2)*np.sqrt(2)*rho*np.sum(mu**4, axis=-1)/(np.sqrt(np.sum(mu**2, axis=-1))*np.sum(mu**3, axis=-1))


def collapse_bound(mu, mu_norm, rho):
    """Bound on the collapse threshold: from below with mu_1, from above with mu_d. [D8]"""
    return (1/2)*np.sqrt(2)*mu*rho/mu_norm


def plateau_loss(mu_1, rho):
    """Loss at the saddle on the first coordinate. [D11]"""
    return np.log1p(np.exp(-1/2*mu_1*rho**2))


def plateau_stay(mu_1, alpha, alpha_c):
    """Rescaled time spent near the saddle, up to a bounded term. [D11]"""
    return np.log(1/np.abs(alpha/alpha_c - 1))/mu_1


def linf_steps_two(k, eta, mu, alpha, rho):
    """A coordinate after so many l_inf-SAM steps at depth 2, before it crosses 0. [D22]"""
    return rho + (alpha - rho)*(eta*mu + 1)**k


def linf_chatter(eta, mu, rho):
    """Largest distance from 0 of a coordinate that crossed it, for steps with eta mu <= 1. [D22]"""
    return eta*mu*rho


def score_rate(z, n, rho, depth):
    """Growth rate w'/w of a balanced coordinate with the score z = mu w^(L-2), at any depth. [D24]"""
    return z*(1 - rho*z/n)**(depth - 1)


def score_top(n, rho, depth):
    """The score that grows fastest. [D24]"""
    return n/(depth*rho)


def relu_growth_rate(mu, n, rho):
    """Growth rate w'/w of a balanced coordinate of the diagonal ReLU network: it never falls. [D31]"""
    with np.errstate(all="ignore"):
        return np.where((n > mu*rho), mu*(-mu*rho/n + 1), 0)


def adaptive_growth_rate(mu, share, rho):
    """Growth rate w'/w under adaptive SAM, for the share x = mu beta / |mu beta|_2 of a coordinate. [D32]"""
    return mu*(-1/2*np.sqrt(2)*rho*share + 1)


def adaptive_share(mu, level, rho):
    """Share of a coordinate when all that are present grow at the common rate r. [D32]"""
    with np.errstate(all="ignore"):
        return np.where((mu > level), np.sqrt(2)*(mu - level)/(mu*rho), 0)


def cycle_radius(eta, a, rho):
    """Distance from the minimum of the two-cycle of SAM on a x^2 / 2. [D77]"""
    return a*eta*rho/(-a*eta + 2)


def cycle_multiplier(eta, a, b):
    """Factor, up to its sign, of a small component of curvature a at the two-cycle of curvature b. [D79]"""
    return -a**2*(-b*eta + 2)/b**2 - a*eta + 1


def noise_excess(a, chi, rho):
    """Excess loss that stays under skewed noise as the step size goes to 0. [D80]"""
    return (1/2)*a*chi**2*rho**2


def delay_bound(mu, mu_d, alpha, rho):
    """Least ratio of beta under SAM and under GD at any time; alpha is where the last one starts. [D27]"""
    return np.exp(2*mu**2*np.log1p(-1/2*np.sqrt(2)*rho/alpha)/mu_d**2)


def linf_loss_lead(log_time, mu, rho):
    """Leading term of -log L - log t under l_inf-SAM at depth 2, at T = log t; mu of the winner. [D4]"""
    return 2*np.sqrt(log_time)*np.sqrt(mu)*rho


def linf_excess_exponent(mu_j, mu):
    """Power of log t with which (w_j - rho)^2 grows at depth 2 above the gate; mu of the winner. [D4]"""
    return mu_j/mu


def linf_margin_gap(mu, w, rho):
    """Margin less perturbed margin at depth 2; a coordinate that is held at 0 counts with W = 0. [D4]"""
    return np.sum((-np.asarray(rho)[..., None]**2 + 2*np.asarray(rho)[..., None]*w)*mu, axis=-1)


def l2_loss_lead(log_time, mu_d, rho):
    """Leading term of -log L - log t under l_2-SAM at depth 2, at T = log t. [D29]"""
    return np.sqrt(2)*np.sqrt(log_time)*np.sqrt(mu_d)*rho


def lp_norm(mu, w, q):
    """The l_q norm G of the gradient over both layers, divided by the derivative of the loss. [D56]"""
    return (2*np.sum((mu*w)**np.asarray(q)[..., None], axis=-1))**(1/q)


def lp_velocity(w, mu, norm, rho, q):
    """Velocity of a balanced positive coordinate under l_p-SAM: a Bernoulli equation. [D56]"""
    return -norm**(1 - q)*mu**q*rho*w**(q - 1) + mu*w


def lp_toll_rate(s, mu, norm, q):
    """Rate at which the toll I of one coordinate grows. [D56]"""
    return norm**(1 - q)*np.exp(mu*s*(q - 2))


def lp_path(s, toll, mu, alpha, rho, q):
    """A balanced coordinate under l_p-SAM at depth 2 that has paid the toll I; 0 once it has died. [D56]"""
    with np.errstate(all="ignore"):
        return np.where((q == 2), alpha*np.exp(-toll*mu**2*rho + mu*s), np.where((toll*alpha**(q - 2)*mu**q*rho*(2 - q) < 1), alpha*np.exp(mu*s + np.log1p(-toll*alpha**(q - 2)*mu**q*rho*(2 - q))/(2 - q)), 0))


def lp_gate(toll, mu, rho, q):
    """Start that a coordinate must exceed to survive the toll I; p > 2. [D57]"""
    return (toll*mu**q*rho*(2 - q))**(1/(2 - q))


def lp_equilibrium(mu_i, mu, rho, q):
    """A coordinate of the equilibrium on a set of features; the sum runs over that set; p not 2. [D58]"""
    return mu_i**((q - 1)/(2 - q))*rho*(2*np.sum(mu**(np.asarray(q)[..., None]/(2 - np.asarray(q)[..., None])), axis=-1))**(-(q - 1)/q)


def lp_threshold_bound(mu_i, mu, rho, q):
    """Bounds the collapse threshold of a uniform start: mu_1 from below, mu_d from above. [D59]"""
    return mu_i**(q - 1)*rho*(2*np.sum(mu**np.asarray(q)[..., None], axis=-1))**(-(q - 1)/q)


def dial_rate(mu, kappa):
    """Growth rate w'/w of a balanced coordinate under margin SAM: a parabola that stands still. [D66]"""
    return mu*(-kappa*mu + 1)


def set_point(kappa):
    """The mu that grows fastest. [D66]"""
    return (1/2)/kappa


def dial_loss_power(mu, kappa):
    """Limit of -log L / log t under margin SAM; mu of the winner. [D67]"""
    return (-kappa*mu + 1)**(-2.0)


def deep_equilibrium(mu_i, mu, rho, depth):
    """A coordinate of the equilibrium on a set of features; the sum runs over that set; depth > 2. [D44]"""
    return mu_i**(-1/(depth - 2))*rho/(np.sqrt(depth)*np.sqrt(np.sum(mu**(-2/(np.asarray(depth)[..., None] - 2)), axis=-1)))


def deep_collapse_bound(mu, mu_norm, rho, depth):
    """Bounds the collapse threshold of a uniform start: mu_1 from below, mu_d from above. [D46]"""
    return mu*rho/(np.sqrt(depth)*mu_norm)


def outset_change(mu_i, mu_j, mu_norm, rho, depth):
    """Uniform start above which the stronger of two coordinates grows faster at the start. [D48]"""
    return rho*(-mu_i + mu_j*(mu_j/mu_i)**(1/(depth - 1)))/(np.sqrt(depth)*mu_norm*((mu_j/mu_i)**(1/(depth - 1)) - 1))


def outset_change_odd(mu_i, mu_j, mu_norm, rho, depth):
    """Uniform start below which the stronger of two coordinates grows faster too; odd depth. [D48]"""
    return rho*(mu_i + mu_j*(mu_j/mu_i)**(1/(depth - 1)))/(np.sqrt(depth)*mu_norm*((mu_j/mu_i)**(1/(depth - 1)) + 1))


def plateau_ray(zeta, share, depth):
    """Zero where the ray (1, -zeta) leads into the saddle; two features, even depth > 2. [D47]"""
    return -(depth - 2)*(zeta - zeta**(depth - 1)) + (depth - 1)*(share - zeta**(depth - 1)*(1 - share))*(zeta + 1)


def plateau_power(zeta, share, depth):
    """The stay near the saddle grows like this power of 1/|alpha/alpha_c - 1|. [D47]"""
    return (depth - 2)*(depth - (depth - 1)*(share - zeta**(depth - 1)*(1 - share)) - 2)/(depth + zeta**(depth - 2)*(depth - 1)*(-depth + (1 - share)*(depth - 1)*(zeta + 1) + 2) - (depth - 1)*(share - zeta**(depth - 1)*(1 - share)) - 2)
