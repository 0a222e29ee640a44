// Draws initial passwords by a profile's rule, straight into the arena of secrets.
//
// The first character is a letter, so a password is never a spreadsheet formula or a command option. One
// character of each of `rule.classes` classes is there by construction. Every draw is unbiased (rejection
// sampling); the rule has been checked by profile::check_rule.
//
// Strength. Given the shuffle, the map from draws to passwords is one to one, so a password has at least
// the entropy of its draws. At the default (length 20, three classes, exclude "O0Il1") the classes have
// 25, 24, 8 and 23 characters, 80 together:
//   first letter  log2(25 + 24)                            =   5.61
//   one of each   log2(25) + log2(24) + log2(8)            =  12.23
//   16 others     16 * log2(80)                            = 101.15
//                                                            118.99 bits, 110 are asked for.
#pragma once

#include "core/engine/ports/entropy.hpp"
#include "core/model/profile.hpp"
#include "core/model/secret.hpp"

namespace uplift::secrets {

Secret draw_password(const PasswordRule& rule, engine::Entropy& entropy);

// Uniform in 0..bound-1; bound is 1..256.
unsigned draw_below(unsigned bound, engine::Entropy& entropy);

}  // namespace uplift::secrets
